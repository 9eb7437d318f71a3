using System.Globalization;
using System.Text;

namespace PacSpace.Evidence;

/// <summary>One UTC calendar month, written <c>YYYY-MM</c>.</summary>
/// <remarks>Range: 0001-01 to 9999-11, so that the month's end is an instant too. The default value is 0001-01.</remarks>
public readonly record struct Period : IComparable<Period>
{
    private const int MaxNumber = 9998 * 12 + 10;

    private Period(int number) => Number = number;

    /// <summary>Months since 0001-01, which is 0; consecutive months have consecutive numbers.</summary>
    public int Number { get; }

    /// <summary>The calendar year.</summary>
    public int Year => Number / 12 + 1;

    /// <summary>The calendar month, 1 to 12.</summary>
    public int Month => Number % 12 + 1;

    /// <summary>The month from its first instant up to the first instant of the next.</summary>
    public Window Window => new(FirstInstant(Number), FirstInstant(Number + 1));

    /// <summary>The month in which an instant falls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It falls in December 9999.</exception>
    public static Period Of(Timestamp instant) => FromNumber(NumberOf(instant));

    internal static bool TryOf(Timestamp instant, out Period period)
    {
        var good = NumberOf(instant) <= MaxNumber;
        period = good ? new(NumberOf(instant)) : default;
        return good;
    }

    /// <summary>The month with that <see cref="Number"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static Period FromNumber(int number) => number is >= 0 and <= MaxNumber
        ? new(number)
        : throw new ArgumentOutOfRangeException(nameof(number), "A period lies between 0001-01 and 9999-11.");

    /// <summary>The month after this one.</summary>
    public Period Next() => FromNumber(Number + 1);

    /// <summary>The month before this one.</summary>
    public Period Previous() => FromNumber(Number - 1);

    /// <summary><c>YYYY-MM</c></summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:D4}-{Month:D2}");

    /// <summary>Reads <c>YYYY-MM</c> and nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Period period)
    {
        period = default;
        Span<byte> utf8 = stackalloc byte[7];
        if (text.Length != 7 || Ascii.FromUtf16(text, utf8, out _) != System.Buffers.OperationStatus.Done || utf8[4] != '-') return false;
        if (!Timestamp.TryDigits(utf8[..4], out var year) || !Timestamp.TryDigits(utf8[5..], out var month)) return false;
        if (year < 1 || month is < 1 or > 12 || (year - 1) * 12 + month - 1 > MaxNumber) return false;
        period = new((year - 1) * 12 + month - 1);
        return true;
    }

    private static int NumberOf(Timestamp instant)
    {
        var date = instant.ToDateTimeOffset();
        return (date.Year - 1) * 12 + date.Month - 1;
    }

    private static Timestamp FirstInstant(int number)
    {
        Timestamp.TryCreate(number / 12 + 1, number % 12 + 1, 1, 0, 0, 0, 0, out var instant);
        return instant;
    }

    /// <inheritdoc/>
    public int CompareTo(Period other) => Number.CompareTo(other.Number);

    /// <summary>Earlier.</summary>
    public static bool operator <(Period left, Period right) => left.Number < right.Number;

    /// <summary>Later.</summary>
    public static bool operator >(Period left, Period right) => left.Number > right.Number;

    /// <summary>Not later.</summary>
    public static bool operator <=(Period left, Period right) => left.Number <= right.Number;

    /// <summary>Not earlier.</summary>
    public static bool operator >=(Period left, Period right) => left.Number >= right.Number;
}
