namespace PacSpace.Evidence;

/// <summary>A JSON number taken apart: <c>±Significand × 10^Exponent</c>, the significand without zeros at either end.</summary>
/// <remarks>
/// Reading costs one pass whatever the exponent says. A significand of more than <see cref="MaxDigits"/> digits is refused, since
/// no amount has so many; exponents are clamped far outside what an amount can have.
/// </remarks>
internal readonly record struct JsonNumber(bool IsNegative, UInt128 Significand, int Digits, long Exponent)
{
    public const int MaxDigits = 28;
    private const long ExponentClamp = 1_000_000_000_000;

    public bool IsZero { get; private init; }

    public static bool TryRead(ReadOnlySpan<byte> text, out JsonNumber number)
    {
        number = default;
        var at = 0;
        var negative = At(text, at) == '-';
        if (negative) at++;

        var significand = UInt128.Zero;
        var (digits, pendingZeros, exponent) = (0, 0L, 0L);

        // int = "0" / ( digit1-9 *DIGIT )
        var first = at;
        while (IsDigit(At(text, at))) at++;
        if (at == first || (at - first > 1 && text[first] == '0')) return false;

        // frac = "." 1*DIGIT
        if (At(text, at) == '.')
        {
            var start = ++at;
            while (IsDigit(At(text, at))) at++;
            if (at == start) return false;
            exponent = start - at;
        }
        var mantissa = text[first..at];

        // exp = ("e" / "E") ["+" / "-"] 1*DIGIT
        if (At(text, at) is 'e' or 'E')
        {
            at++;
            var sign = At(text, at) == '-' ? -1 : 1;
            if (At(text, at) is '-' or '+') at++;
            var (start, written) = (at, 0L);
            for (; IsDigit(At(text, at)); at++) written = Math.Min(written * 10 + (text[at] - '0'), ExponentClamp);
            if (at == start) return false;
            exponent += sign * written;
        }
        if (at != text.Length) return false;

        foreach (var c in mantissa)
        {
            if (c == '.') continue;
            if (c == '0')
            {
                if (digits > 0) pendingZeros++;
                continue;
            }
            if (digits + pendingZeros + 1 > MaxDigits) return false;
            for (; pendingZeros > 0; pendingZeros--, digits++) significand *= 10;
            significand = significand * 10 + (uint)(c - '0');
            digits++;
        }
        number = new(negative, significand, digits, exponent + pendingZeros) { IsZero = digits == 0 };
        return true;
    }

    private static char At(ReadOnlySpan<byte> text, int at) => at < text.Length ? (char)text[at] : '\0';

    private static bool IsDigit(char c) => char.IsAsciiDigit(c);
}
