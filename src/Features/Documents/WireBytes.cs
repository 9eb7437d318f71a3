using PacSpace.Evidence;

namespace PacSpace.Features.Documents;

/// <summary>Values as the API writes them (api-balance 1.7 and 1.8), straight into bytes.</summary>
internal static class WireBytes
{
    public const int MaxTimeBytes = Timestamp.Length;
    public const int HashBytes = 2 + (2 * Hash.Size);

    public static int Time(Timestamp instant, Span<byte> to)
    {
        instant.TryFormat(to);
        if (instant.Microseconds % 1000 != 0) return Timestamp.Length;
        to[23] = (byte)'Z';
        return 24;
    }

    public static int Number(Amount amount, Span<byte> to)
    {
        amount.TryFormat(to, out var written);
        return written;
    }

    /// <param name="hash">Of whatever length is stored.</param>
    public static int Hex(ReadOnlySpan<byte> hash, Span<byte> to)
    {
        "0x"u8.CopyTo(to);
        Convert.TryToHexStringLower(hash, to[2..], out var written);
        return 2 + written;
    }
}
