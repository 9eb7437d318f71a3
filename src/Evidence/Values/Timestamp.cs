using System.Text;

namespace PacSpace.Evidence;

/// <summary>An instant in UTC, in whole microseconds.</summary>
/// <remarks>
/// Range: 0001-01-01 to 9999-12-31, no leap seconds. The default value is the Unix epoch. Statements write
/// <c>YYYY-MM-DDTHH:MM:SS.ffffffZ</c>, always six fractional digits, and nothing else is read back; the API writes three
/// fractional digits, or six where the microseconds are not a whole millisecond.
/// </remarks>
public readonly struct Timestamp : IComparable<Timestamp>, IEquatable<Timestamp>
{
    /// <summary>Length of the statement form in ASCII characters.</summary>
    public const int Length = 27;

    private const long MinMicroseconds = -62_135_596_800_000_000;
    private const long MaxMicroseconds = 253_402_300_799_999_999;

    private Timestamp(long microseconds) => Microseconds = microseconds;

    /// <summary>Microseconds since 1970-01-01T00:00:00Z; negative before it.</summary>
    public long Microseconds { get; }

    /// <summary>The earliest instant, 0001-01-01T00:00:00.000000Z.</summary>
    public static Timestamp MinValue => new(MinMicroseconds);

    /// <summary>The latest instant, 9999-12-31T23:59:59.999999Z.</summary>
    public static Timestamp MaxValue => new(MaxMicroseconds);

    /// <summary>The instant that many microseconds after the Unix epoch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The instant has no four-digit year.</exception>
    public static Timestamp FromMicroseconds(long microseconds) => microseconds is >= MinMicroseconds and <= MaxMicroseconds
        ? new(microseconds)
        : throw new ArgumentOutOfRangeException(nameof(microseconds), "The instant has no year of four digits.");

    /// <summary>The microsecond in which the instant falls (towards the past, also before 1970).</summary>
    public static Timestamp FromDateTimeOffset(DateTimeOffset instant) =>
        new(instant.UtcTicks / TimeSpan.TicksPerMicrosecond + MinMicroseconds);

    /// <summary>The same instant, offset zero.</summary>
    public DateTimeOffset ToDateTimeOffset() => new(ToDateTime(), TimeSpan.Zero);

    /// <summary>This instant moved by a whole number of microseconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The result is out of range.</exception>
    public Timestamp AddMicroseconds(long microseconds) => FromMicroseconds(Microseconds + microseconds);

    /// <summary>The statement form.</summary>
    public override string ToString() => string.Create(Length, this, static (text, instant) =>
    {
        Span<byte> utf8 = stackalloc byte[Length];
        instant.TryFormat(utf8);
        Encoding.ASCII.GetChars(utf8, text);
    });

    /// <summary>The API form: three fractional digits, six when the microseconds are not a whole millisecond.</summary>
    public string ToApi()
    {
        var text = ToString();
        return Microseconds % 1000 == 0 ? string.Concat(text.AsSpan(0, 23), "Z") : text;
    }

    /// <summary>Writes the statement form, 27 bytes of ASCII; false when there is no room.</summary>
    public bool TryFormat(Span<byte> utf8)
    {
        if (utf8.Length < Length) return false;
        var instant = ToDateTime();
        var (date, time) = (DateOnly.FromDateTime(instant), instant.TimeOfDay);
        "0000-00-00T00:00:00.000000Z"u8.CopyTo(utf8);
        Digits(utf8[..4], date.Year);
        Digits(utf8[5..7], date.Month);
        Digits(utf8[8..10], date.Day);
        Digits(utf8[11..13], time.Hours);
        Digits(utf8[14..16], time.Minutes);
        Digits(utf8[17..19], time.Seconds);
        Digits(utf8[20..26], (int)(time.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond));
        return true;
    }

    /// <summary>Reads the statement form and nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Timestamp instant)
    {
        Span<byte> utf8 = stackalloc byte[Length];
        instant = default;
        return text.Length == Length && Ascii.FromUtf16(text, utf8, out _) == System.Buffers.OperationStatus.Done
            && TryParse(utf8, out instant);
    }

    /// <summary>Reads the statement form and nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Timestamp instant)
    {
        instant = default;
        if (utf8.Length != Length || utf8[4] != '-' || utf8[7] != '-' || utf8[10] != 'T' || utf8[13] != ':' || utf8[16] != ':'
            || utf8[19] != '.' || utf8[26] != 'Z') return false;
        if (!TryDigits(utf8[..4], out var year) || !TryDigits(utf8[5..7], out var month) || !TryDigits(utf8[8..10], out var day)
            || !TryDigits(utf8[11..13], out var hour) || !TryDigits(utf8[14..16], out var minute)
            || !TryDigits(utf8[17..19], out var second) || !TryDigits(utf8[20..26], out var fraction)) return false;
        return TryCreate(year, month, day, hour, minute, second, fraction, out instant);
    }

    internal static bool TryCreate(int year, int month, int day, int hour, int minute, int second, int microsecond, out Timestamp instant)
    {
        instant = default;
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        if (hour > 23 || minute > 59 || second > 59) return false;
        var ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks;
        instant = new(ticks / TimeSpan.TicksPerMicrosecond + microsecond + MinMicroseconds);
        return true;
    }

    internal static bool TryDigits(ReadOnlySpan<byte> utf8, out int value)
    {
        value = 0;
        foreach (var digit in utf8)
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            value = value * 10 + (digit - '0');
        }
        return true;
    }

    private static void Digits(Span<byte> utf8, int value)
    {
        for (var i = utf8.Length - 1; i >= 0; i--, value /= 10) utf8[i] = (byte)('0' + value % 10);
    }

    private DateTime ToDateTime() => new((Microseconds - MinMicroseconds) * TimeSpan.TicksPerMicrosecond, DateTimeKind.Utc);

    /// <inheritdoc/>
    public int CompareTo(Timestamp other) => Microseconds.CompareTo(other.Microseconds);

    /// <inheritdoc/>
    public bool Equals(Timestamp other) => Microseconds == other.Microseconds;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Timestamp other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Microseconds.GetHashCode();

    /// <summary>The same instant.</summary>
    public static bool operator ==(Timestamp left, Timestamp right) => left.Equals(right);

    /// <summary>Another instant.</summary>
    public static bool operator !=(Timestamp left, Timestamp right) => !left.Equals(right);

    /// <summary>Earlier.</summary>
    public static bool operator <(Timestamp left, Timestamp right) => left.Microseconds < right.Microseconds;

    /// <summary>Later.</summary>
    public static bool operator >(Timestamp left, Timestamp right) => left.Microseconds > right.Microseconds;

    /// <summary>Not later.</summary>
    public static bool operator <=(Timestamp left, Timestamp right) => left.Microseconds <= right.Microseconds;

    /// <summary>Not earlier.</summary>
    public static bool operator >=(Timestamp left, Timestamp right) => left.Microseconds >= right.Microseconds;
}
