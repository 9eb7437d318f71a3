namespace PacSpace.Evidence;

/// <summary>What a record proof that holds shows.</summary>
public sealed record RecordProofFacts
{
    /// <summary>The record.</summary>
    public required RecordStatement Record { get; init; }

    /// <summary>Its leaf hash, which the customer's next record names.</summary>
    public required Hash LeafHash { get; init; }

    /// <summary>The root of the block in which it was sealed.</summary>
    public required Hash BlockRoot { get; init; }

    /// <summary>Where that block stands in the log.</summary>
    public required LeafIndex LogIndex { get; init; }

    /// <summary>The signed tree head.</summary>
    public required TreeHead TreeHead { get; init; }
}

/// <summary>Checks proofs of single records (<c>pacspace/record-proof/1</c>): the rows of section 7 of the format's README that apply.</summary>
/// <param name="keys">The keys under one of which the tree head must be signed.</param>
public sealed class RecordProofVerifier(KeyRing keys)
{
    private static readonly Shape File = new("A record proof",
        ["format", "statement", "salt", "block", "log", "treeHead"], "metadata", "metadataSalt");

    /// <summary>Checks a record proof.</summary>
    public Verdict<RecordProofFacts> Verify(IByteSource source)
    {
        FileRecord record;
        string note;
        try
        {
            (record, note) = Read(source);
        }
        catch (NotOfFormatException notOfFormat)
        {
            return new(new EvidenceRefusal(EvidenceCode.Format, null, notOfFormat.Message));
        }

        if (!RecordStatement.TryParse(record.Statement, out var statement))
            return Refuse(EvidenceCode.Statement, "The statement is not canonical, complete and of the right forms.");
        if (!record.MetadataHolds(statement))
            return Refuse(EvidenceCode.Metadata, "The metadata shown is not what was committed to.");
        var leaf = Entry.Record(record.Salt, record.Statement).LeafHash();
        if (record.Block!.RootFrom(leaf) is not { } blockRoot)
            return Refuse(EvidenceCode.Block, "The block path is not of the right length for its index and size.");
        if (!keys.TryOpen(note, out var head))
            return Refuse(EvidenceCode.Signature, "The tree head is not well formed, or no trusted key of its log signed it.");
        if (record.Log!.Size != head.Size || record.Log.RootFrom(Entry.Block(blockRoot).LeafHash()) != head.Root)
            return Refuse(EvidenceCode.Log, "The record's block is not where the file says it stands in the signed log.");
        return new(new RecordProofFacts
        {
            Record = statement,
            LeafHash = leaf,
            BlockRoot = blockRoot,
            LogIndex = record.Log.Index,
            TreeHead = head,
        });
    }

    private static (FileRecord, string) Read(IByteSource source)
    {
        source.Restart();
        var (json, record, note) = (new JsonPull(source), new FileRecord(), "");
        record.Read(json, File, name =>
        {
            if (name == "format") json.ReadFormat("pacspace/record-proof/1"u8);
            else note = json.ReadText();
        });
        json.ExpectEnd();
        return (record, note);
    }

    private static Verdict<RecordProofFacts> Refuse(EvidenceCode code, string sentence) => new(new EvidenceRefusal(code, null, sentence));
}
