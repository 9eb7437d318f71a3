namespace PacSpace.Evidence.Tests.Scopes;

public sealed class PeriodTests
{
    [Fact]
    public void Months_follow_each_other_without_gap_or_overlap()
    {
        Assert.True(Period.TryParse("0001-01", out var period));
        Assert.Equal(default, period);
        for (var months = 0; months < 9999 * 12 - 2; months++)
        {
            var next = period.Next();
            Assert.Equal(period.Window.End, next.Window.Start);
            Assert.Equal(period, next.Previous());
            period = next;
        }
        Assert.Equal("9999-11", period.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => period.Next());
        Assert.Throws<ArgumentOutOfRangeException>(() => default(Period).Previous());
    }

    [Fact]
    public void An_instant_falls_into_the_month_that_contains_it()
    {
        Assert.True(Period.TryParse("2026-04", out var april));
        var window = april.Window;
        Assert.Equal(april, Period.Of(window.Start));
        Assert.Equal(april, Period.Of(window.End.AddMicroseconds(-1)));
        Assert.Equal(april.Next(), Period.Of(window.End));
        Assert.True(window.Contains(window.Start));
        Assert.False(window.Contains(window.End));
        Assert.Equal((2026, 4), (april.Year, april.Month));
    }

    [Fact]
    public void Only_a_whole_month_is_a_period()
    {
        Assert.True(Period.TryParse("2026-04", out var april));
        var window = april.Window;
        Assert.Equal(april, window.AsPeriod());
        Assert.Null((window with { End = window.End.AddMicroseconds(1) }).AsPeriod());
        Assert.Null((window with { Start = window.Start.AddMicroseconds(1) }).AsPeriod());
        Assert.Null(new Window(window.Start, april.Next().Window.End).AsPeriod());
        Assert.Null(new Window(Timestamp.MaxValue, Timestamp.MaxValue).AsPeriod());
    }

    [Theory]
    [InlineData("2026-00")]
    [InlineData("2026-13")]
    [InlineData("0000-01")]
    [InlineData("9999-12")]
    [InlineData("2026-4")]
    [InlineData("2026-04-")]
    [InlineData("2026/04")]
    [InlineData("20a6-04")]
    [InlineData(" 2026-04")]
    [InlineData("٢٠٢٦-04")]
    public void Other_texts_are_not_periods(string text) => Assert.False(Period.TryParse(text, out _));
}
