using PacSpace.Evidence;
using PacSpace.Features.Automation;
using Xunit;

namespace PacSpace.Features.Tests.Automation;

public sealed class CadenceTests
{
    private static readonly DateTimeOffset s_begin = new(2023, 12, 25, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("monthly", "2026-03-15T12:00:00Z", "2026-03-01", "2026-04-01")]
    [InlineData("monthly", "2028-02-29T23:59:59Z", "2028-02-01", "2028-03-01")]
    [InlineData("weekly", "2026-03-15T12:00:00Z", "2026-03-09", "2026-03-16")] // a Sunday
    [InlineData("weekly", "2026-03-16T00:00:00Z", "2026-03-16", "2026-03-23")]
    [InlineData("weekly", "2027-01-01T00:00:00Z", "2026-12-28", "2027-01-04")] // week 53 of 2026
    [InlineData("daily", "2026-03-15T23:59:59Z", "2026-03-15", "2026-03-16")]
    public void A_window_is_the_UTC_month_ISO_week_or_UTC_day_around_an_instant(string cadence, string instant, string start, string end) =>
        Assert.Equal(new Window(At(start), At(end)), Cadences.WindowAt(Cadences.Of(cadence), At(instant)));

    [Theory]
    [InlineData("monthly")]
    [InlineData("weekly")]
    [InlineData("daily")]
    public void Windows_touch_and_leave_nothing_out(string cadence)
    {
        var window = Cadences.WindowAt(Cadences.Of(cadence), Timestamp.FromDateTimeOffset(s_begin));
        for (var i = 0; i < 800; i++)
        {
            var next = Cadences.WindowAt(Cadences.Of(cadence), window.End);
            Assert.Equal(window.End, next.Start);
            Assert.Equal(window, Cadences.WindowAt(Cadences.Of(cadence), window.End.AddMicroseconds(-1)));
            window = next;
        }
    }

    [Fact]
    public void Weeks_are_those_of_the_calendar()
    {
        for (var day = 0; day < 1_500; day++)
        {
            var date = s_begin.AddDays(day);
            var start = Cadences.WindowAt(Cadence.Weekly, Timestamp.FromDateTimeOffset(date)).Start.ToDateTimeOffset().UtcDateTime;
            Assert.Equal(System.Globalization.ISOWeek.ToDateTime(System.Globalization.ISOWeek.GetYear(date.DateTime), System.Globalization.ISOWeek.GetWeekOfYear(date.DateTime), DayOfWeek.Monday), start);
        }
    }

    [Theory]
    [InlineData("enterprise", "monthly weekly daily")]
    [InlineData("scale", "monthly weekly")]
    [InlineData("free", "monthly weekly")]
    public void Daily_is_for_the_highest_tier(string tier, string allowed) => Assert.Equal(allowed, string.Join(' ', Cadences.AllowedFor(tier)));

    private static Timestamp At(string text) =>
        Timestamp.FromDateTimeOffset(DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal));
}
