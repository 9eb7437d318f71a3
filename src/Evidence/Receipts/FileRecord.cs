using System.Buffers;

namespace PacSpace.Evidence;

/// <summary>One record as it stands in a file. The same object is filled again for each, so that memory stays small.</summary>
internal sealed class FileRecord
{
    private readonly ArrayBufferWriter<byte> _statement = new(1024);
    private readonly ArrayBufferWriter<byte> _metadata = new();

    public ReadOnlySpan<byte> Statement => _statement.WrittenSpan;

    public Salt Salt { get; private set; }

    public bool HasMetadata { get; private set; }

    public ReadOnlySpan<byte> Metadata => _metadata.WrittenSpan;

    public Salt MetadataSalt { get; private set; }

    /// <summary>A sampled record's leaf index among the checkpoint's records; of a complete receipt, its position.</summary>
    public long Index { get; set; }

    public List<Hash> Path { get; private set; } = [];

    public InclusionProof? Block { get; private set; }

    public InclusionProof? Log { get; private set; }

    /// <summary>Fills this from the object that comes next, and requires metadata to come with its salt or not at all.</summary>
    /// <param name="json">Stands before the object.</param>
    /// <param name="shape">The object's members.</param>
    /// <param name="other">Reads the value of a member that is not a record's own.</param>
    public void Read(JsonPull json, Shape shape, Action<string>? other = null)
    {
        var members = shape.Open(json);
        while (members.Next())
        {
            switch (members.Name)
            {
                case "statement": Fill(_statement, json); break;
                case "salt": Salt = json.ReadSalt(); break;
                case "metadata": Fill(_metadata, json); break;
                case "metadataSalt": MetadataSalt = json.ReadSalt(); break;
                case "index": Index = json.ReadCount(); break;
                case "path": Path = json.ReadPath(); break;
                case "block": Block = json.ReadPosition(); break;
                case "log": Log = json.ReadPosition(); break;
                default: other!(members.Name); break;
            }
        }
        HasMetadata = members.Has("metadata");
        if (HasMetadata != members.Has("metadataSalt")) throw JsonPull.Bad("A record has metadata or its salt without the other.");
    }

    /// <summary>Whether disclosed metadata is what the statement commits to; also when there is none to show.</summary>
    public bool MetadataHolds(RecordStatement statement) =>
        !HasMetadata || MetadataCommitment.Of(MetadataSalt, Metadata) == statement.MetadataHash;

    private static void Fill(ArrayBufferWriter<byte> buffer, JsonPull json)
    {
        buffer.ResetWrittenCount();
        buffer.Write(json.String());
    }
}
