using System.Text;

namespace PacSpace.Evidence;

/// <summary>Dates and times as a request may write them.</summary>
public static class RequestTime
{
    private const int MaxLength = 40;

    /// <summary>
    /// Reads a date, which is its midnight UTC, or <c>YYYY-MM-DDTHH:MM[:SS[.f…]]</c> followed by <c>Z</c>, by an offset
    /// <c>±HH:MM</c>, or by nothing, which is UTC.
    /// </summary>
    /// <remarks>Up to nine fractional digits are read; those beyond the microsecond are dropped. No leap second, no 24:00.</remarks>
    public static bool TryParse(ReadOnlySpan<char> text, out Timestamp instant)
    {
        instant = default;
        Span<byte> utf8 = stackalloc byte[MaxLength];
        return text.Length <= MaxLength && Ascii.FromUtf16(text, utf8, out var length) == System.Buffers.OperationStatus.Done
            && TryParse(utf8[..length], out instant);
    }

    private static bool TryParse(ReadOnlySpan<byte> text, out Timestamp instant)
    {
        instant = default;
        if (!Number(ref text, 4, out var year) || !Mark(ref text, '-') || !Number(ref text, 2, out var month)
            || !Mark(ref text, '-') || !Number(ref text, 2, out var day)) return false;
        if (text.IsEmpty) return Timestamp.TryCreate(year, month, day, 0, 0, 0, 0, out instant);

        if (!Mark(ref text, 'T') || !Number(ref text, 2, out var hour) || !Mark(ref text, ':') || !Number(ref text, 2, out var minute))
            return false;
        var (second, microsecond) = (0, 0);
        if (Mark(ref text, ':') && (!Number(ref text, 2, out second) || (Mark(ref text, '.') && !Fraction(ref text, out microsecond))))
            return false;
        return Timestamp.TryCreate(year, month, day, hour, minute, second, microsecond, out var local)
            && Offset(text, out var offsetMinutes) && TryShift(local, -offsetMinutes, out instant);
    }

    private static bool Offset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.IsEmpty || text.SequenceEqual("Z"u8)) return true;
        var sign = text[0] == '-' ? -1 : 1;
        if (!(Mark(ref text, '+') || Mark(ref text, '-'))) return false;
        if (!Number(ref text, 2, out var hour) || !Mark(ref text, ':') || !Number(ref text, 2, out var minute) || !text.IsEmpty) return false;
        if (hour > 23 || minute > 59) return false;
        minutes = sign * (hour * 60 + minute);
        return true;
    }

    private static bool TryShift(Timestamp instant, int minutes, out Timestamp shifted)
    {
        var microseconds = instant.Microseconds + minutes * 60_000_000L;
        var inRange = microseconds >= Timestamp.MinValue.Microseconds && microseconds <= Timestamp.MaxValue.Microseconds;
        shifted = inRange ? Timestamp.FromMicroseconds(microseconds) : default;
        return inRange;
    }

    private static bool Number(ref ReadOnlySpan<byte> text, int digits, out int value)
    {
        value = 0;
        if (text.Length < digits || !Timestamp.TryDigits(text[..digits], out value)) return false;
        text = text[digits..];
        return true;
    }

    private static bool Mark(ref ReadOnlySpan<byte> text, char mark)
    {
        if (text.IsEmpty || text[0] != mark) return false;
        text = text[1..];
        return true;
    }

    private static bool Fraction(ref ReadOnlySpan<byte> text, out int microsecond)
    {
        microsecond = 0;
        var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is var end and >= 0 ? end : text.Length;
        if (digits is < 1 or > 9) return false;
        for (var i = 0; i < 6; i++) microsecond = microsecond * 10 + (i < digits ? text[i] - '0' : 0);
        text = text[digits..];
        return true;
    }
}
