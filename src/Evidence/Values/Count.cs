using System.Buffers.Text;

namespace PacSpace.Evidence;

/// <summary>Counts, indexes, sizes and sequence numbers as text: decimal digits without leading zeros, at most 2^53 - 1.</summary>
internal static class Count
{
    public const long Max = (1L << 53) - 1;

    private const int MaxDigits = 16;

    public static bool TryParse(ReadOnlySpan<byte> utf8, out long value)
    {
        value = 0;
        if (utf8.IsEmpty || utf8.Length > MaxDigits || (utf8[0] == '0' && utf8.Length > 1)) return false;
        foreach (var digit in utf8)
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            value = value * 10 + (digit - '0');
        }
        return value <= Max;
    }

    public static int Write(long value, Span<byte> utf8)
    {
        if (value is < 0 or > Max) throw new ArgumentOutOfRangeException(nameof(value), "A count lies between 0 and 2^53 - 1.");
        Utf8Formatter.TryFormat(value, utf8, out var written);
        return written;
    }
}
