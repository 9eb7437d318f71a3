namespace PacSpace.Evidence;

/// <summary>A receipt file without its records: what a reading of it yields besides them.</summary>
internal sealed record ReceiptFile
{
    private static readonly Shape File = new("A receipt",
        ["format", "checkpoint", "proofRoot", "log", "treeHead"], "records", "sample");

    private static readonly Shape CheckpointShape = new("The checkpoint", ["statement", "salt"], "path");
    private static readonly Shape RecordShape = new("A record", ["statement", "salt"], "metadata", "metadataSalt");

    private static readonly Shape SampleShape = new("A sampled record",
        ["index", "statement", "salt", "path", "block", "log"], "metadata", "metadataSalt");

    public byte[] Checkpoint { get; private set; } = [];

    public Salt CheckpointSalt { get; private set; }

    /// <summary>The checkpoint's own path; a spot check has it, a complete receipt does not.</summary>
    public List<Hash>? CheckpointPath { get; private set; }

    public Hash ProofRoot { get; private set; }

    public InclusionProof Log { get; private set; } = new(default, default, []);

    public string TreeHead { get; private set; } = "";

    public bool IsComplete { get; private set; }

    /// <summary>How many records the file holds.</summary>
    public long Records { get; private set; }

    /// <summary>Reads the file from its first byte to its last; each record is shown as it passes.</summary>
    /// <exception cref="NotOfFormatException">The file is not as its format says.</exception>
    public static ReceiptFile Read(IByteSource source, Action<FileRecord, long>? onRecord)
    {
        source.Restart();
        var (json, file) = (new JsonPull(source), new ReceiptFile());
        var members = File.Open(json);
        while (members.Next())
        {
            switch (members.Name)
            {
                case "format": json.ReadFormat("pacspace/receipt/1"u8); break;
                case "checkpoint": file.ReadCheckpoint(json); break;
                case "records": file.ReadRecords(json, RecordShape, onRecord); break;
                case "sample": file.ReadRecords(json, SampleShape, onRecord); break;
                case "proofRoot": file.ProofRoot = json.ReadHash0x(); break;
                case "log": file.Log = json.ReadPosition(); break;
                case "treeHead": file.TreeHead = json.ReadText(); break;
            }
        }
        json.ExpectEnd();
        file.IsComplete = members.Has("records");
        if (file.IsComplete == members.Has("sample")) throw JsonPull.Bad("A receipt has either records or a sample.");
        if (file.IsComplete != file.CheckpointPath is null) throw JsonPull.Bad("The checkpoint of a spot check has a path, that of a complete receipt none.");
        return file;
    }

    /// <summary>Whether two readings saw the same file, records aside.</summary>
    public bool IsSameAs(ReceiptFile other) =>
        Checkpoint.AsSpan().SequenceEqual(other.Checkpoint)
        && CheckpointSalt == other.CheckpointSalt
        && (CheckpointPath ?? []).SequenceEqual(other.CheckpointPath ?? [])
        && ProofRoot == other.ProofRoot
        && Log == other.Log
        && TreeHead == other.TreeHead
        && IsComplete == other.IsComplete
        && Records == other.Records;

    private void ReadCheckpoint(JsonPull json)
    {
        for (var members = CheckpointShape.Open(json); members.Next();)
        {
            switch (members.Name)
            {
                case "statement": Checkpoint = json.String().ToArray(); break;
                case "salt": CheckpointSalt = json.ReadSalt(); break;
                case "path": CheckpointPath = json.ReadPath(); break;
            }
        }
    }

    private void ReadRecords(JsonPull json, Shape shape, Action<FileRecord, long>? onRecord)
    {
        var record = new FileRecord();
        json.Expect('[');
        if (json.TryTake(']')) return;
        do
        {
            // Without an index of its own a record stands at its position.
            record.Index = Records;
            record.Read(json, shape);
            onRecord?.Invoke(record, Records);
            Records++;
        }
        while (json.TryTake(','));
        json.Expect(']');
    }
}
