using System.Buffers;

namespace PacSpace.Evidence;

/// <summary>A statement that writes itself into a span with room enough, and so can be hashed without an array of its own.</summary>
internal interface IStatement
{
    /// <summary>An upper bound on what <see cref="Write"/> writes.</summary>
    int Room { get; }

    int Write(Span<byte> utf8);
}

internal static class Leaf
{
    private const int StackBytes = 4096;

    public static Hash HashOf<T>(T statement, Salt salt, EntryKind kind) where T : IStatement
    {
        var room = Salt.Size + statement.Room;
        if (room <= StackBytes) return HashOf(statement, salt, kind, stackalloc byte[StackBytes]);
        var rented = ArrayPool<byte>.Shared.Rent(room);
        try
        {
            return HashOf(statement, salt, kind, rented);
        }
        finally
        {
            // The bytes are a customer's and the next user of the array is anybody.
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    private static Hash HashOf<T>(T statement, Salt salt, EntryKind kind, Span<byte> buffer) where T : IStatement
    {
        salt.CopyTo(buffer);
        var length = statement.Write(buffer[Salt.Size..]);
        return Entry.Of(kind, Hash.Sha256(buffer[..(Salt.Size + length)])).LeafHash();
    }

    public static void Write<T>(T statement, IBufferWriter<byte> to) where T : IStatement =>
        to.Advance(statement.Write(to.GetSpan(statement.Room)));

    public static byte[] ToUtf8<T>(T statement) where T : IStatement
    {
        var buffer = new byte[statement.Room];
        return buffer.AsSpan(0, statement.Write(buffer)).ToArray();
    }
}

internal static class StatementBytes
{
    /// <summary>Whether a statement that was read writes the same bytes again: the second half of reading it.</summary>
    public static bool Equal<T>(T statement, ReadOnlySpan<byte> utf8) where T : IStatement
    {
        var buffer = ArrayPool<byte>.Shared.Rent(statement.Room);
        try
        {
            return utf8.SequenceEqual(buffer.AsSpan(0, statement.Write(buffer)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}
