using PacSpace.Evidence;
using PacSpace.Features.Balance;
using Xunit;

namespace PacSpace.Features.Tests.Balance;

public sealed class BucketsTests
{
    [Theory]
    [InlineData("2026-04-01", "2026-05-01", "week", "2026-04-01 2026-04-06 2026-04-13 2026-04-20 2026-04-27 2026-05-01")]
    [InlineData("2026-04-01", "2026-04-03", "day", "2026-04-01 2026-04-02 2026-04-03")]
    [InlineData("2025-12-15", "2026-02-02", "month", "2025-12-15 2026-01-01 2026-02-01 2026-02-02")]
    [InlineData("2026-04-06", "2026-04-13", "week", "2026-04-06 2026-04-13")]
    [InlineData("1970-01-01", "1970-01-12", "week", "1970-01-01 1970-01-05 1970-01-12")]
    public void Buckets_are_clipped_to_the_window_and_leave_no_gap(string start, string end, string granularity, string edges)
    {
        var buckets = Buckets.Cut(new Window(At(start), At(end)), granularity)!;
        Assert.Equal(edges.Split(' ').Select(At), [.. buckets.Select(b => b.Start), buckets[^1].End]);
        for (var i = 1; i < buckets.Count; i++) Assert.Equal(buckets[i - 1].End, buckets[i].Start);
    }

    [Fact]
    public void A_thousand_buckets_are_the_most()
    {
        var start = At("2020-01-01");
        Assert.Equal(1_000, Buckets.Cut(new Window(start, start.AddMicroseconds(1_000 * 86_400_000_000)), "day")!.Count);
        Assert.Null(Buckets.Cut(new Window(start, start.AddMicroseconds(1_000 * 86_400_000_000 + 1)), "day"));
    }

    private static Timestamp At(string date) =>
        Timestamp.FromDateTimeOffset(DateTimeOffset.Parse(date, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal));
}
