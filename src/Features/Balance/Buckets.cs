using PacSpace.Evidence;

namespace PacSpace.Features.Balance;

/// <summary>Cuts a window into UTC days, ISO weeks (from Monday) or months, clipped to the window, empty ones included.</summary>
internal static class Buckets
{
    public const int MaxCount = 1_000;

    private const long MicrosecondsPerDay = 86_400_000_000;
    private const int MondayOfDayZero = 3; // 1970-01-01 was a Thursday

    /// <summary>Null when there would be more than <see cref="MaxCount"/>.</summary>
    public static IReadOnlyList<Window>? Cut(Window window, string granularity)
    {
        var buckets = new List<Window>();
        for (var start = window.Start; start < window.End;)
        {
            if (buckets.Count == MaxCount) return null;
            var next = Next(start, granularity);
            var end = next < window.End ? next : window.End;
            buckets.Add(new Window(start, end));
            start = end;
        }

        return buckets;
    }

    private static Timestamp Next(Timestamp instant, string granularity)
    {
        if (granularity == "month") return Period.Of(instant).Window.End;
        var day = Math.DivRem(instant.Microseconds, MicrosecondsPerDay).Quotient;
        if (granularity == "week") day = day - (day + MondayOfDayZero) % 7 + 6;
        return Timestamp.FromMicroseconds((day + 1) * MicrosecondsPerDay);
    }
}
