namespace PacSpace.Evidence.Tests.Scopes;

public sealed class ScopeTests
{
    private static readonly Timestamp Now = Golden.Time("2026-05-10T12:00:00.000000Z");

    /// <summary>period, preset, start, end → window and mode, or problem and field.</summary>
    [Theory]
    [InlineData(null, null, null, null, "2026-05-01 2026-06-01 current_month 2026-05")]
    [InlineData(null, "current_month", null, null, "2026-05-01 2026-06-01 current_month 2026-05")]
    [InlineData("2026-04", null, null, null, "2026-04-01 2026-05-01 period 2026-04")]
    [InlineData("2025-12", null, null, null, "2025-12-01 2026-01-01 period 2025-12")]
    [InlineData(null, null, "2026-04-01", "2026-05-01", "2026-04-01 2026-05-01 custom 2026-04")]
    [InlineData(null, "custom", "2026-04-02", "2026-05-01", "2026-04-02 2026-05-01 custom -")]
    [InlineData(null, null, "2024-05-10", "2026-05-10", "2024-05-10 2026-05-10 custom -")]
    [InlineData(null, null, "2024-02-29", "2026-02-28", "2024-02-29 2026-02-28 custom -")]
    // Combinations come before forms.
    [InlineData("2026-04", "custom", null, null, "InvalidCombination period")]
    [InlineData("nonsense", null, "nonsense", null, "InvalidCombination period")]
    [InlineData("2026-04", "current_month", null, null, "InvalidCombination period")]
    [InlineData("2026-04", null, "2026-04-01", "2026-05-01", "InvalidCombination period")]
    [InlineData(null, null, "2026-04-01", null, "InvalidCombination endDate")]
    [InlineData(null, null, null, "2026-04-01", "InvalidCombination startDate")]
    [InlineData(null, "custom", "2026-04-01", null, "InvalidCombination endDate")]
    [InlineData(null, "custom", null, null, "InvalidCombination startDate")]
    [InlineData(null, "current_month", "2026-04-01", "2026-05-01", "InvalidCombination timePreset")]
    // Forms.
    [InlineData(null, "last_month", null, null, "BadFormat timePreset")]
    [InlineData("2026-13", null, null, null, "BadFormat period")]
    [InlineData("2026-4", null, null, null, "BadFormat period")]
    [InlineData("", null, null, null, "BadFormat period")]
    [InlineData(null, null, "04/01/2026", "2026-05-01", "BadFormat startDate")]
    [InlineData(null, null, "2026-04-01", "2026-04-31", "BadFormat endDate")]
    [InlineData(null, null, "2026-04-01", "2026-04-01", "BadFormat endDate")]
    [InlineData(null, null, "2026-04-02", "2026-04-01", "BadFormat endDate")]
    // Caps.
    [InlineData(null, null, "2024-05-10", "2026-05-10T00:00:00.000001Z", "TooWide endDate")]
    [InlineData(null, null, "2024-02-29", "2026-03-01", "TooWide endDate")]
    public void Resolves_to_one_window_or_says_which_field_is_wrong(string? period, string? preset, string? start, string? end, string expected) =>
        Assert.Equal(expected, Resolve(new(period, preset, start, end), ScopeCaps.Default));

    [Theory]
    [InlineData("2026-04-10T12:00:00Z", 30, "2026-04-10 2026-05-10 custom -")]
    [InlineData("2026-04-10T11:59:59.999999Z", 30, "TooWide startDate")]
    [InlineData("2020-01-01", 0, "TooWide endDate")]
    public void Retention_counts_back_from_now(string start, int days, string expected) =>
        Assert.Equal(expected, Resolve(new(StartDate: start, EndDate: "2026-05-10"), new(24, days)));

    [Fact]
    public void The_current_month_is_never_too_old()
    {
        Assert.Equal("2026-05-01 2026-06-01 current_month 2026-05", Resolve(new(), new(24, 1)));
        Assert.Equal("TooWide period", Resolve(new("2026-04"), new(24, 30)));
        Assert.Equal("2020-01-01 2026-05-10 custom -", Resolve(new(StartDate: "2020-01-01", EndDate: "2026-05-10"), new(0, 0)));
    }

    private static string Resolve(ScopeRequest request, ScopeCaps caps)
    {
        if (!Scope.Resolve(request, Now, caps, out var scope, out var refusal)) return $"{refusal.Problem} {refusal.Field}";
        Assert.Null(refusal);
        return $"{scope.Window.Start.ToString()[..10]} {scope.Window.End.ToString()[..10]} {scope.ModeText} {scope.Period?.ToString() ?? "-"}";
    }

    [Theory]
    [InlineData("2026-04-01", "2026-04-01T00:00:00.000000Z")]
    [InlineData("2026-04-01T10:30", "2026-04-01T10:30:00.000000Z")]
    [InlineData("2026-04-01T10:30:15", "2026-04-01T10:30:15.000000Z")]
    [InlineData("2026-04-01T10:30:15.5", "2026-04-01T10:30:15.500000Z")]
    [InlineData("2026-04-01T10:30:15.123456789Z", "2026-04-01T10:30:15.123456Z")]
    [InlineData("2026-04-01T00:30:00+02:00", "2026-03-31T22:30:00.000000Z")]
    [InlineData("2026-04-01T23:30:00.000001-00:45", "2026-04-02T00:15:00.000001Z")]
    public void Request_times_are_read(string text, string instant)
    {
        Assert.True(RequestTime.TryParse(text, out var read));
        Assert.Equal(instant, read.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-04")]
    [InlineData("2026-4-1")]
    [InlineData("2026-04-01T")]
    [InlineData("2026-04-01Z")]
    [InlineData("2026-04-01 10:30")]
    [InlineData("2026-04-01T10")]
    [InlineData("2026-04-01T10:30:")]
    [InlineData("2026-04-01T10:30:15.")]
    [InlineData("2026-04-01T10:30:15.1234567891")]
    [InlineData("2026-04-01T24:00")]
    [InlineData("2026-04-01T10:30:60")]
    [InlineData("2026-04-01T10:30+24:00")]
    [InlineData("2026-04-01T10:30+2:00")]
    [InlineData("2026-04-01T10:30+0200")]
    [InlineData("2026-04-01T10:30z")]
    [InlineData("2026-04-01T10:30Z ")]
    [InlineData("0001-01-01T00:00+00:01")]
    [InlineData("9999-12-31T23:59-00:01")]
    [InlineData("2026-02-29")]
    [InlineData("1775124000")]
    public void Other_times_are_refused(string text) => Assert.False(RequestTime.TryParse(text, out _));
}
