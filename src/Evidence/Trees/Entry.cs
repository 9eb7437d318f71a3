namespace PacSpace.Evidence;

/// <summary>What an entry commits to. The type byte keeps one kind from being passed off as another.</summary>
public enum EntryKind : byte
{
    /// <summary><c>0x01 ‖ H(salt ‖ record statement)</c></summary>
    Record = 0x01,

    /// <summary><c>0x02 ‖ H(salt ‖ checkpoint statement)</c></summary>
    Checkpoint = 0x02,

    /// <summary><c>0x11 ‖ H(block root)</c></summary>
    Block = 0x11,

    /// <summary><c>0x12 ‖ H(proof root)</c></summary>
    CheckpointRoot = 0x12,
}

/// <summary>The 33 bytes that a tree has as one entry: a type byte and a hash.</summary>
/// <remarks>
/// Record and checkpoint entries are leaves of blocks, submissions and checkpoints; block and checkpoint root entries are leaves
/// of the log. Equality is equality of bytes. The default value is no entry of any kind.
/// </remarks>
public readonly record struct Entry
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 1 + Hash.Size;

    private Entry(EntryKind kind, Hash content) => (Kind, Content) = (kind, content);

    /// <summary>The type byte.</summary>
    public EntryKind Kind { get; }

    /// <summary>The hash after the type byte.</summary>
    public Hash Content { get; }

    /// <summary>The entry of a record.</summary>
    public static Entry Record(Salt salt, ReadOnlySpan<byte> statementUtf8) => new(EntryKind.Record, Salted.Hash(salt, statementUtf8));

    /// <summary>The entry of a checkpoint.</summary>
    public static Entry Checkpoint(Salt salt, ReadOnlySpan<byte> statementUtf8) =>
        new(EntryKind.Checkpoint, Salted.Hash(salt, statementUtf8));

    /// <summary>The log's entry for a block.</summary>
    public static Entry Block(Hash blockRoot) => new(EntryKind.Block, Hash.Sha256(blockRoot.Bytes));

    /// <summary>The log's entry for a completed checkpoint.</summary>
    public static Entry CheckpointRoot(Hash proofRoot) => new(EntryKind.CheckpointRoot, Hash.Sha256(proofRoot.Bytes));

    internal static Entry Of(EntryKind kind, Hash content) => new(kind, content);

    /// <summary>Reads 33 bytes whose first is a known type.</summary>
    /// <exception cref="FormatException">They are not an entry.</exception>
    public static Entry FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Size && Enum.IsDefined((EntryKind)bytes[0])
            ? new((EntryKind)bytes[0], Hash.FromBytes(bytes[1..]))
            : throw new FormatException("Not an entry: 33 bytes that begin with 01, 02, 11 or 12.");

    /// <summary>Writes the 33 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        destination[0] = (byte)Kind;
        Content.CopyTo(destination[1..]);
    }

    /// <summary>The 33 bytes as a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary><c>H(0x00 ‖ entry)</c> (RFC 6962, 2.1).</summary>
    public Hash LeafHash()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return MerkleTree.LeafHash(bytes);
    }
}
