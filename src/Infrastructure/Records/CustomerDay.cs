using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Records;

/// <summary>How <c>customer_days.day</c> counts: UTC days since 1970-01-01, which is 0.</summary>
public static class CustomerDay
{
    private const long MicrosecondsPerDay = 86_400_000_000;

    private static readonly int s_lastDay = Of(Timestamp.MaxValue);

    /// <summary>The day in which an instant lies.</summary>
    public static int Of(Timestamp instant)
    {
        var (day, rest) = Math.DivRem(instant.Microseconds, MicrosecondsPerDay);
        return (int)(rest < 0 ? day - 1 : day);
    }

    /// <summary>From the day's first instant up to the first of the next; behind the last day of 9999 there is none.</summary>
    public static Window WindowOf(int day) => new(StartOf(day), day == s_lastDay ? Timestamp.MaxValue : StartOf(day + 1));

    public static DateOnly DateOf(int day) => DateOnly.FromDateTime(StartOf(day).ToDateTimeOffset().UtcDateTime);

    private static Timestamp StartOf(int day) => Timestamp.FromMicroseconds(day * MicrosecondsPerDay);
}
