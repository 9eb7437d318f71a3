using PacSpace.Infrastructure.Sharing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Sharing;

public sealed class CodeGateTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 15, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 5)]
    [InlineData(4, 10)]
    [InlineData(5, 20)]
    [InlineData(9, 320)]
    [InlineData(10, 640)]
    [InlineData(11, 900)]
    [InlineData(int.MaxValue, 900)]
    public void The_wait_doubles_from_the_third_failure_to_a_quarter_of_an_hour(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), CodeGate.WaitAfter(failures));

    //          known, failures, of client, seconds since its last -> verdict, seconds
    [Theory]
    [InlineData(false, 0, 0, null, CodeVerdictKind.Look, 0)]
    [InlineData(false, 99, 2, 0.0, CodeVerdictKind.Look, 0)]
    [InlineData(false, 99, 3, 0.0, CodeVerdictKind.Wait, 5)]
    [InlineData(false, 99, 3, 4.2, CodeVerdictKind.Wait, 1)]
    [InlineData(false, 99, 3, 5.0, CodeVerdictKind.Look, 0)]
    [InlineData(false, 50, 40, 86_399.0, CodeVerdictKind.Look, 0)]
    [InlineData(false, 100, 0, null, CodeVerdictKind.Exhausted, 0)]
    [InlineData(false, 100, 3, 0.0, CodeVerdictKind.Exhausted, 0)] // waiting would not help, so it is not asked for
    [InlineData(true, 100, 40, 0.0, CodeVerdictKind.Look, 0)]
    public void What_was_counted_decides_whether_a_code_is_looked_at(bool isKnown, int failures, int ofClient, double? secondsSince, CodeVerdictKind kind, int seconds)
    {
        var last = secondsSince is { } since ? Now - TimeSpan.FromSeconds(since) : (DateTimeOffset?)null;
        Assert.Equal(new CodeVerdict(kind, seconds), CodeGate.Decide(new CodeTries(isKnown, failures, ofClient, last), Now));
    }

    //          before: policy, default -> after: policy, other host; do sessions end?
    [Theory]
    [InlineData("INHERIT", "TWO_TIER", "GATED", false, true)]
    [InlineData("INHERIT", "TWO_TIER", "TWO_TIER", false, false)]
    [InlineData("TWO_TIER", "TWO_TIER", "INHERIT", false, false)]
    [InlineData("TWO_TIER", "GATED", "INHERIT", false, true)]
    [InlineData("TWO_TIER", "TWO_TIER", "TWO_TIER", true, true)]
    public void The_version_moves_only_with_what_customers_would_notice(string policy, string tenantDefault, string to, bool moves, bool ends)
    {
        var before = new SharingRule(policy, null, 4, tenantDefault, 7);
        var after = before.Change(to, moves ? "dom_1" : null);
        Assert.Equal((ends ? 5 : 4, to), (after.Version, after.Policy));
    }

    [Fact]
    public void A_session_ends_at_the_earlier_of_idleness_and_age()
    {
        Assert.Equal(Now + TimeSpan.FromHours(12), RecordSessionRule.EndsAt(Now, Now));
        Assert.Equal(Now + TimeSpan.FromDays(7), RecordSessionRule.EndsAt(Now, Now + TimeSpan.FromDays(6.9)));
    }
}
