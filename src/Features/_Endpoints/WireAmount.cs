using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace PacSpace.Features.Endpoints;

/// <summary>Amounts as JSON numbers (api-balance 1.8): read exactly or refused, written without exponent or trailing zeros.</summary>
internal static class WireAmount
{
    public const int MaxFractionDigits = 9;

    /// <summary>Balances hold 18 integer digits; more could not be kept beside nine fractional ones.</summary>
    private const int MaxIntegerDigits = 19;

    private const int MaxSignificantDigits = MaxIntegerDigits + MaxFractionDigits;
    private const int MaxExponent = 10_000;
    private const string TooManyFractionDigits = "must have at most 9 fractional digits";
    private const string OutOfRange = "is out of range";

    public static bool TryParse(string text, out decimal amount, [NotNullWhen(false)] out string? complaint)
    {
        Span<byte> bytes = stackalloc byte[256];
        if (!Encoding.UTF8.TryGetBytes(text, bytes, out var length))
        {
            (amount, complaint) = (0, "must be a number");
            return false;
        }

        return TryParse(bytes[..length], out amount, out complaint);
    }

    /// <param name="token">By the grammar of RFC 8259, section 6. Zeros that add nothing are allowed, in front of an exponent too:
    /// <c>1.50</c>, <c>150e-2</c> and <c>0.15E1</c> are the same number.</param>
    /// <param name="complaint">Goes on after the field's name.</param>
    public static bool TryParse(ReadOnlySpan<byte> token, out decimal amount, [NotNullWhen(false)] out string? complaint)
    {
        amount = 0;
        complaint = "must be a number";
        var rest = token;
        var isNegative = Take(ref rest, '-');

        var integer = TakeDigits(ref rest);
        if (integer.IsEmpty || (integer.Length > 1 && integer[0] == '0')) return false;

        ReadOnlySpan<byte> fraction = default;
        if (Take(ref rest, '.'))
        {
            fraction = TakeDigits(ref rest);
            if (fraction.IsEmpty) return false;
        }

        var exponent = 0;
        if (Take(ref rest, 'e') || Take(ref rest, 'E'))
        {
            var isSmall = Take(ref rest, '-');
            if (!isSmall) Take(ref rest, '+');
            var digits = TakeDigits(ref rest);
            if (digits.IsEmpty) return false;
            foreach (var digit in digits) exponent = Math.Min(MaxExponent, (exponent * 10) + (digit - '0'));
            if (isSmall) exponent = -exponent;
        }

        if (!rest.IsEmpty) return false;

        // value = mantissa * 10^-scale, the mantissa without zeros at its end.
        Int128 mantissa = 0;
        var significant = 0;
        var waitingZeros = 0;
        var scale = -exponent;
        for (var i = 0; i < integer.Length + fraction.Length; i++)
        {
            var isFraction = i >= integer.Length;
            var digit = (isFraction ? fraction[i - integer.Length] : integer[i]) - '0';
            if (isFraction) scale++;
            if (digit == 0)
            {
                if (significant > 0) waitingZeros++;
                continue;
            }

            significant += (significant == 0 ? 0 : waitingZeros) + 1;
            if (significant > MaxSignificantDigits)
            {
                complaint = TooLong(integer, exponent);
                return false;
            }

            for (; waitingZeros > 0; waitingZeros--) mantissa *= 10;
            mantissa = (mantissa * 10) + digit;
        }

        if (mantissa == 0)
        {
            complaint = null;
            return true;
        }

        scale -= waitingZeros;
        if (scale > MaxFractionDigits)
        {
            complaint = TooManyFractionDigits;
            return false;
        }

        if (significant - scale > MaxIntegerDigits)
        {
            complaint = OutOfRange;
            return false;
        }

        for (; scale < 0; scale++) mantissa *= 10;
        var bits = (UInt128)mantissa;
        amount = unchecked(new decimal((int)(uint)bits, (int)(uint)(bits >> 32), (int)(uint)(bits >> 64), isNegative, (byte)scale));
        complaint = null;
        return true;
    }

    private static string TooLong(ReadOnlySpan<byte> integer, int exponent) =>
        integer.Length + exponent > MaxIntegerDigits ? OutOfRange : TooManyFractionDigits;

    private static bool Take(scoped ref ReadOnlySpan<byte> rest, char expected)
    {
        if (rest.IsEmpty || rest[0] != expected) return false;
        rest = rest[1..];
        return true;
    }

    private static ReadOnlySpan<byte> TakeDigits(scoped ref ReadOnlySpan<byte> rest)
    {
        var length = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (length < 0) length = rest.Length;
        var digits = rest[..length];
        rest = rest[length..];
        return digits;
    }

    /// <summary>Without zeros at the end: 1.50 is 1.5, and there is no negative zero.</summary>
    public static decimal Normalize(decimal amount) => amount == 0 ? 0 : amount / 1.0000000000000000000000000000m;

    public static string Format(decimal amount) => Normalize(amount).ToString(CultureInfo.InvariantCulture);
}
