namespace PacSpace.Evidence.Tests.Values;

public sealed class TimestampTests
{
    [Theory]
    [InlineData(0, "1970-01-01T00:00:00.000000Z", "1970-01-01T00:00:00.000Z")]
    [InlineData(1_775_124_000_123_456, "2026-04-02T10:00:00.123456Z", "2026-04-02T10:00:00.123456Z")]
    [InlineData(1_775_124_000_123_000, "2026-04-02T10:00:00.123000Z", "2026-04-02T10:00:00.123Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z")]
    [InlineData(951_782_400_000_000, "2000-02-29T00:00:00.000000Z", "2000-02-29T00:00:00.000Z")]
    public void Each_form_is_that_of_the_instant(long microseconds, string statement, string api)
    {
        var instant = Timestamp.FromMicroseconds(microseconds);
        Assert.Equal(statement, instant.ToString());
        Assert.Equal(api, instant.ToApi());
        Assert.True(Timestamp.TryParse(statement, out var again) && again == instant);
        Assert.Equal(instant, Timestamp.FromDateTimeOffset(instant.ToDateTimeOffset()));
    }

    [Theory]
    [InlineData("2026-04-02T10:00:00.123Z")]
    [InlineData("2026-04-02T10:00:00Z")]
    [InlineData("2026-04-02T10:00:00.1234567Z")]
    [InlineData("2026-04-02t10:00:00.123456Z")]
    [InlineData("2026-04-02T10:00:00.123456z")]
    [InlineData("2026-04-02 10:00:00.123456Z")]
    [InlineData("2026-04-02T10:00:00,123456Z")]
    [InlineData("2026-04-02T10:00:00.123456+00:00")]
    [InlineData("2026-02-30T10:00:00.123456Z")]
    [InlineData("2025-02-29T10:00:00.123456Z")]
    [InlineData("2026-13-02T10:00:00.123456Z")]
    [InlineData("2026-00-02T10:00:00.123456Z")]
    [InlineData("2026-04-00T10:00:00.123456Z")]
    [InlineData("0000-04-02T10:00:00.123456Z")]
    [InlineData("2026-04-02T24:00:00.000000Z")]
    [InlineData("2026-04-02T10:60:00.000000Z")]
    [InlineData("2016-12-31T23:59:60.000000Z")]
    [InlineData("+026-04-02T10:00:00.123456Z")]
    [InlineData("2026-04-02T10:00:00.12345 Z")]
    [InlineData("٢٠٢٦-04-02T10:00:00.123456Z")]
    public void A_second_spelling_or_no_instant_is_refused(string text) => Assert.False(Timestamp.TryParse(text, out _));

    [Fact]
    public void A_finer_clock_is_cut_towards_the_past()
    {
        Assert.Equal(-1, Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddTicks(-1)).Microseconds);
        Assert.Equal(0, Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddTicks(9)).Microseconds);
        Assert.Equal(0, Timestamp.FromDateTimeOffset(new(1970, 1, 1, 2, 0, 0, TimeSpan.FromHours(2))).Microseconds);
    }

    [Fact]
    public void The_ends_of_the_calendar_are_the_ends_of_the_range()
    {
        Assert.Equal("0001-01-01T00:00:00.000000Z", Timestamp.MinValue.ToString());
        Assert.Equal("9999-12-31T23:59:59.999999Z", Timestamp.MaxValue.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => Timestamp.MaxValue.AddMicroseconds(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Timestamp.MinValue.AddMicroseconds(-1));
    }

    [Fact]
    public void Every_day_agrees_with_the_platforms_calendar()
    {
        for (var day = new DateTime(1899, 12, 30, 1, 2, 3, DateTimeKind.Utc); day.Year < 2101; day = day.AddDays(1))
        {
            var instant = Timestamp.FromDateTimeOffset(day);
            Assert.Equal(day.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", System.Globalization.CultureInfo.InvariantCulture), instant.ToString());
        }
    }
}
