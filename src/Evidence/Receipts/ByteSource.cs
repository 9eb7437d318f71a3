namespace PacSpace.Evidence;

/// <summary>The bytes of one evidence file, from wherever they lie. Evidence opens nothing itself.</summary>
/// <remarks>
/// A file is read twice: once for its form and for what all records are compared with, once record by record; so a receipt of any
/// length needs little memory, and its members may stand in any order. The second reading is checked as fully as the first, and
/// what both saw is compared: a file that changes in between gains nothing. What an implementation throws passes through.
/// </remarks>
public interface IByteSource
{
    /// <summary>Goes back to the first byte.</summary>
    void Restart();

    /// <summary>Reads on into the buffer; 0 at the end, and only there.</summary>
    int Read(Span<byte> buffer);
}

/// <summary>A file that is in memory already.</summary>
public sealed class MemoryByteSource(ReadOnlyMemory<byte> bytes) : IByteSource
{
    private int _at;

    /// <inheritdoc/>
    public void Restart() => _at = 0;

    /// <inheritdoc/>
    public int Read(Span<byte> buffer)
    {
        var length = Math.Min(buffer.Length, bytes.Length - _at);
        bytes.Span.Slice(_at, length).CopyTo(buffer);
        _at += length;
        return length;
    }
}
