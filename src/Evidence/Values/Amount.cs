using System.Globalization;
using System.Text;

namespace PacSpace.Evidence;

/// <summary>An exact decimal amount.</summary>
/// <remarks>
/// <para>Nothing is ever rounded: an addition whose sum is not exact throws <see cref="OverflowException"/>. The default value is
/// zero. Equality and order are those of the number, so <c>1.0</c> equals <c>1</c>.</para>
/// <para>Canonical form: <c>0</c>, or an optional <c>-</c> and digits without leading zeros, then, where there is a fraction, a
/// point and at most nine digits of which the last is not zero. Never <c>-0</c>, never an exponent.</para>
/// </remarks>
public readonly struct Amount : IComparable<Amount>, IEquatable<Amount>
{
    /// <summary>Fractional digits at most.</summary>
    public const int MaxFractionDigits = 9;

    /// <summary>Digits before the point at most, in a statement (README, section 2).</summary>
    public const int MaxIntegerDigits = 18;

    /// <summary>Length of the longest canonical form in a statement: sign, 18 digits, point, 9 digits.</summary>
    public const int MaxLength = 1 + MaxIntegerDigits + 1 + MaxFractionDigits;

    private const int MaxDecimalLength = 32;
    private const decimal DeltaLimit = 1_000_000_000m;
    private const decimal BalanceLimit = 1_000_000_000_000_000_000m;

    private Amount(decimal value) => Value = value;

    /// <summary>The number. Its scale (trailing zeros) carries no meaning.</summary>
    public decimal Value { get; }

    /// <summary>Nothing.</summary>
    public static Amount Zero => default;

    /// <summary>Whether this can be a delta: not zero, and no further from it than 1,000,000,000.</summary>
    public bool IsDelta => Value != 0 && Math.Abs(Value) <= DeltaLimit;

    /// <summary>Whether this can be a balance: at most 18 digits before the point.</summary>
    public bool FitsBalance => Math.Abs(Value) < BalanceLimit;

    /// <summary>The amount of that value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has more than nine fractional digits, or 10^19 or more of magnitude.</exception>
    public static Amount FromDecimal(decimal value) => TryFromDecimal(value, out var amount)
        ? amount
        : throw new ArgumentOutOfRangeException(nameof(value), "An amount has at most nine fractional digits.");

    /// <summary>The amount of that value, if it has at most nine fractional digits and 19 before the point.</summary>
    public static bool TryFromDecimal(decimal value, out Amount amount)
    {
        var good = decimal.Round(value, MaxFractionDigits) == value && Math.Abs(value) < 10 * BalanceLimit;
        amount = good ? new(value) : default;
        return good;
    }

    /// <summary>The canonical form.</summary>
    public override string ToString()
    {
        Span<byte> utf8 = stackalloc byte[MaxDecimalLength];
        TryFormat(utf8, out var written);
        return Encoding.ASCII.GetString(utf8[..written]);
    }

    /// <summary>Writes the canonical form as ASCII; false when there is no room.</summary>
    public bool TryFormat(Span<byte> utf8, out int written)
    {
        Span<byte> digits = stackalloc byte[MaxDecimalLength];
        written = 0;
        scoped ReadOnlySpan<byte> canonical = "0"u8;
        if (Value != 0)
        {
            // Without a precision decimal never writes an exponent; it keeps its trailing zeros, which are cut here.
            Value.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
            canonical = digits[..length];
            if (canonical.Contains((byte)'.')) canonical = canonical.TrimEnd((byte)'0').TrimEnd((byte)'.');
        }
        if (!canonical.TryCopyTo(utf8)) return false;
        written = canonical.Length;
        return true;
    }

    /// <summary>Reads the canonical form, at most 18 digits before the point, and nothing else.</summary>
    public static bool TryParseCanonical(ReadOnlySpan<char> text, out Amount amount)
    {
        Span<byte> utf8 = stackalloc byte[MaxLength];
        amount = default;
        return text.Length <= MaxLength && Ascii.FromUtf16(text, utf8, out var length) == System.Buffers.OperationStatus.Done
            && TryParseCanonical(utf8[..length], out amount);
    }

    /// <summary>Reads the canonical form, at most 18 digits before the point, and nothing else.</summary>
    public static bool TryParseCanonical(ReadOnlySpan<byte> utf8, out Amount amount)
    {
        Span<byte> again = stackalloc byte[MaxLength];
        if (utf8.Length <= MaxLength && TryParseJsonNumber(utf8, out amount) && amount.FitsBalance
            && amount.TryFormat(again, out var length) && utf8.SequenceEqual(again[..length])) return true;
        amount = default;
        return false;
    }

    /// <summary>Reads a JSON number (RFC 8259, section 6) exactly.</summary>
    /// <remarks>
    /// Refused: what is not a JSON number, what has a tenth fractional digit that is not zero, and what has more than 19 digits
    /// before the point. <c>1.0</c> is one and <c>1e3</c> a thousand; <c>1e400</c> costs no more than reading it.
    /// The caller applies <see cref="IsDelta"/> or <see cref="FitsBalance"/>.
    /// </remarks>
    public static bool TryParseJsonNumber(ReadOnlySpan<byte> utf8NumberToken, out Amount amount)
    {
        amount = default;
        if (!JsonNumber.TryRead(utf8NumberToken, out var number) || number.IsZero) return number.IsZero;
        if (number.Exponent < -MaxFractionDigits || number.Digits + number.Exponent > MaxIntegerDigits + 1) return false;
        var scale = (int)Math.Max(0, -number.Exponent);
        var value = (decimal)number.Significand;
        for (var i = 0L; i < number.Exponent; i++) value *= 10;
        amount = new((number.IsNegative ? -value : value) * Scales[scale]);
        return true;
    }

    // decimal keeps the scale of a product, so these are exact.
    private static readonly decimal[] Scales =
        [1m, 0.1m, 0.01m, 0.001m, 0.0001m, 0.00001m, 0.000001m, 0.0000001m, 0.00000001m, 0.000000001m];

    /// <summary>The amount in units of 10^-9, for sums of any number of amounts.</summary>
    internal Int128 Nano
    {
        get
        {
            var whole = decimal.Truncate(Value);
            return (Int128)whole * 1_000_000_000 + (Int128)((Value - whole) * 1_000_000_000m);
        }
    }

    /// <inheritdoc/>
    public int CompareTo(Amount other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public bool Equals(Amount other) => Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Amount other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>The exact sum.</summary>
    /// <exception cref="OverflowException">The sum has more digits than can be held exactly.</exception>
    public static Amount operator +(Amount left, Amount right)
    {
        var sum = left.Value + right.Value;
        // decimal gives up fractional digits before it overflows; an amount does not.
        if (sum.Scale < Math.Max(left.Value.Scale, right.Value.Scale)) throw new OverflowException("The sum is not exact.");
        return new(sum);
    }

    /// <summary>The exact difference.</summary>
    /// <exception cref="OverflowException">The difference has more digits than can be held exactly.</exception>
    public static Amount operator -(Amount left, Amount right) => left + -right;

    /// <summary>The amount with the other sign.</summary>
    public static Amount operator -(Amount amount) => new(-amount.Value);

    /// <summary>The exact sum.</summary>
    public static Amount Add(Amount left, Amount right) => left + right;

    /// <summary>The exact difference.</summary>
    public static Amount Subtract(Amount left, Amount right) => left - right;

    /// <summary>The amount with the other sign.</summary>
    public static Amount Negate(Amount amount) => -amount;

    /// <summary>The same number.</summary>
    public static bool operator ==(Amount left, Amount right) => left.Value == right.Value;

    /// <summary>Another number.</summary>
    public static bool operator !=(Amount left, Amount right) => left.Value != right.Value;

    /// <summary>Less.</summary>
    public static bool operator <(Amount left, Amount right) => left.Value < right.Value;

    /// <summary>More.</summary>
    public static bool operator >(Amount left, Amount right) => left.Value > right.Value;

    /// <summary>Not more.</summary>
    public static bool operator <=(Amount left, Amount right) => left.Value <= right.Value;

    /// <summary>Not less.</summary>
    public static bool operator >=(Amount left, Amount right) => left.Value >= right.Value;
}
