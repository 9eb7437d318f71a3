using System.Globalization;
using PacSpace.Evidence;
using PacSpace.Features.Automation;
using Xunit;

namespace PacSpace.Features.Tests.Automation;

/// <summary>Which window comes next, after each change.</summary>
public sealed class AutomationSettingsTests
{
    [Theory]
    [InlineData("monthly", 5, "2026-03-15 12:00", "2026-03-01", "2026-04-01 00:05")]
    [InlineData("monthly", 5, "2026-04-01 00:04", "2026-03-01", "2026-04-01 00:05")] // March is not due yet
    [InlineData("monthly", 5, "2026-04-01 00:05", "2026-04-01", "2026-05-01 00:05")]
    [InlineData("weekly", 0, "2026-03-16 00:00", "2026-03-16", "2026-03-23 00:00")]
    [InlineData("daily", 1440, "2026-03-16 12:00", "2026-03-15", "2026-03-17 00:00")]
    public void What_is_switched_on_begins_with_the_first_window_that_is_not_due(string cadence, int delay, string now, string start, string runsAt)
    {
        var settings = AutomationSettings.Never.Change(true, Cadences.Of(cadence), delay, At(now));
        Assert.Equal((At(start), At(runsAt)), (settings.NextWindow.Start, settings.NextRunAt));
    }

    [Fact]
    public void A_change_of_the_cadence_leaves_no_gap_and_goes_not_back()
    {
        var monthly = AutomationSettings.Never.Change(true, Cadence.Monthly, 5, At("2026-03-15 12:00"));
        var weekly = monthly.Closed(monthly.NextWindow).Change(true, Cadence.Weekly, 5, At("2026-04-15 12:00"));
        var again = weekly.Closed(weekly.NextWindow).Change(true, Cadence.Monthly, 5, At("2026-04-15 12:00"));

        Assert.Equal(At("2026-03-30"), weekly.NextWindow.Start); // the week in which March ended
        Assert.Equal(At("2026-04-01"), again.NextWindow.Start);
    }

    [Fact]
    public void Windows_that_were_missed_are_caught_up_and_those_of_an_off_time_are_not()
    {
        var march = AutomationSettings.Never.Change(true, Cadence.Monthly, 5, At("2026-03-15 12:00"));
        var missed = march.Change(true, Cadence.Monthly, 60, At("2026-09-15 12:00"));
        var off = march.Change(false, Cadence.Monthly, 5, At("2026-03-20 12:00"));
        var on = off.Change(true, Cadence.Monthly, 5, At("2026-09-15 12:00"));

        Assert.Equal(At("2026-03-01"), missed.NextWindow.Start);
        Assert.Null(off.NextRunAt);
        Assert.Equal(At("2026-09-01"), on.NextWindow.Start);
    }

    [Fact]
    public void What_was_closed_is_not_closed_again_by_switching_off_and_on()
    {
        var march = AutomationSettings.Never.Change(true, Cadence.Monthly, 5, At("2026-03-15 12:00"));
        var done = march.Closed(march.NextWindow);
        var again = done.Change(false, Cadence.Monthly, 5, At("2026-04-01 00:10")).Change(true, Cadence.Monthly, 60, At("2026-04-01 00:11"));
        Assert.Equal((done.NextWindow, done), (again.NextWindow, done.Closed(march.NextWindow)));
    }

    private static Timestamp At(string text) => Timestamp.FromDateTimeOffset(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
}
