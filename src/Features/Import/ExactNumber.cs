using System.Globalization;
using System.Numerics;

namespace PacSpace.Features.Import;

/// <summary>A fraction of two whole numbers of any size: what an expression over columns is computed in.</summary>
/// <remarks>Nothing is rounded on the way, not even <c>1 / 3 * 3</c>; whether the result has a place in nine decimal
/// digits is asked once, at the end. The default value is zero.</remarks>
internal readonly struct ExactNumber : IEquatable<ExactNumber>
{
    /// <summary>Fractional digits that an amount may have.</summary>
    public const int MaxFractionDigits = 9;

    /// <summary>Characters of a number in a file; longer ones are no usage.</summary>
    private const int MaxTextLength = 64;

    private const int MaxExponent = 64;

    private static readonly BigInteger Billion = 1_000_000_000;

    private readonly BigInteger _numerator;
    private readonly BigInteger _denominatorLessOne; // so that the default value is 0 / 1

    private ExactNumber(BigInteger numerator, BigInteger denominator)
    {
        _numerator = numerator;
        _denominatorLessOne = denominator - BigInteger.One;
    }

    public bool IsZero => _numerator.IsZero;

    private BigInteger Denominator => _denominatorLessOne + BigInteger.One;

    private bool IsWhole => _denominatorLessOne.IsZero;

    public static implicit operator ExactNumber(long value) => new(value, BigInteger.One);

    public static ExactNumber operator +(ExactNumber a, ExactNumber b) => a.IsWhole && b.IsWhole
        ? new(a._numerator + b._numerator, BigInteger.One)
        : Reduced(a._numerator * b.Denominator + b._numerator * a.Denominator, a.Denominator * b.Denominator);

    public static ExactNumber operator -(ExactNumber a) => new(-a._numerator, a.Denominator);

    public static ExactNumber operator -(ExactNumber a, ExactNumber b) => a + -b;

    public static ExactNumber operator *(ExactNumber a, ExactNumber b) => a.IsWhole && b.IsWhole
        ? new(a._numerator * b._numerator, BigInteger.One)
        : Reduced(a._numerator * b._numerator, a.Denominator * b.Denominator);

    /// <exception cref="DivideByZeroException">The divisor is zero.</exception>
    public static ExactNumber operator /(ExactNumber a, ExactNumber b)
    {
        if (b.IsZero) throw new DivideByZeroException();
        return Reduced(a._numerator * b.Denominator, a.Denominator * b._numerator);
    }

    /// <summary>What is left of <paramref name="a"/> after whole <paramref name="b"/>s; it has the sign of <paramref name="b"/>.</summary>
    /// <exception cref="DivideByZeroException">The divisor is zero.</exception>
    public static ExactNumber operator %(ExactNumber a, ExactNumber b) => a - b * (a / b).Floor();

    /// <summary>The largest whole number that is not larger.</summary>
    public ExactNumber Floor()
    {
        if (IsWhole) return this;
        var quotient = BigInteger.DivRem(_numerator, Denominator, out var rest);
        return new(rest.Sign < 0 ? quotient - BigInteger.One : quotient, BigInteger.One);
    }

    public int CompareTo(ExactNumber other) => (this - other)._numerator.Sign;

    /// <summary>Plain decimal digits without an exponent or trailing zeros; false when nine fractional digits do not hold it.</summary>
    public bool TryFormat(out string digits)
    {
        var nano = BigInteger.DivRem(_numerator * Billion, Denominator, out var rest);
        if (!rest.IsZero)
        {
            digits = "";
            return false;
        }

        var whole = BigInteger.DivRem(BigInteger.Abs(nano), Billion, out var fraction);
        digits = (nano.Sign < 0 ? "-" : "") + whole.ToString(CultureInfo.InvariantCulture);
        if (!fraction.IsZero) digits += "." + ((long)fraction).ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return true;
    }

    /// <summary>Digits with an optional sign, fraction and exponent; spaces around it are ignored, separators of thousands
    /// are not understood.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ExactNumber number)
    {
        number = default;
        text = text.Trim();
        if (text.Length is 0 or > MaxTextLength) return false;

        var (significand, exponent, digits, afterPoint, at) = (BigInteger.Zero, 0, 0, false, 0);
        var negative = text[0] == '-';
        if (text[0] is '-' or '+') at++;
        for (; at < text.Length && text[at] is not ('e' or 'E'); at++)
        {
            if (text[at] == '.' && !afterPoint)
            {
                afterPoint = true;
                continue;
            }

            if (!char.IsAsciiDigit(text[at])) return false;
            significand = significand * 10 + (text[at] - '0');
            digits++;
            if (afterPoint) exponent--;
        }

        if (digits == 0) return false;
        if (at < text.Length)
        {
            const NumberStyles style = NumberStyles.AllowLeadingSign;
            if (!int.TryParse(text[(at + 1)..], style, CultureInfo.InvariantCulture, out var shift) || Math.Abs((long)shift) > MaxExponent) return false;
            exponent += shift;
        }

        if (negative) significand = -significand;
        number = exponent >= 0
            ? new(significand * BigInteger.Pow(10, exponent), BigInteger.One)
            : Reduced(significand, BigInteger.Pow(10, -exponent));
        return true;
    }

    public bool Equals(ExactNumber other) => _numerator == other._numerator && _denominatorLessOne == other._denominatorLessOne;

    public override bool Equals(object? obj) => obj is ExactNumber other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_numerator, _denominatorLessOne);

    private static ExactNumber Reduced(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.Sign < 0) (numerator, denominator) = (-numerator, -denominator);
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        return new(numerator / divisor, denominator / divisor);
    }
}
