using PacSpace.Features.Account;
using PacSpace.Features.Usage;
using Xunit;

namespace PacSpace.Features.Tests.Usage;

public sealed class UsageFiguresTests
{
    [Theory]
    //          tier          environment   counts  consumed  included remaining overage charges allowed
    [InlineData("free", "sandbox", true, 0, 100L, 100L, 0, 0, true)]
    [InlineData("free", "sandbox", true, 99, 100L, 1L, 0, 0, true)]
    [InlineData("free", "sandbox", true, 100, 100L, 0L, 0, 0, false)]
    [InlineData("free", "sandbox", true, 4_711, 100L, 0L, 0, 0, false)] // a tenant whose tier fell
    [InlineData("free", "production", true, 0, 0L, 0L, 0, 0, false)]
    [InlineData("pilot", "production", true, 10_001, 10_000L, 0L, 1, 0.02, true)]
    [InlineData("starter", "production", true, 1_042, 100_000L, 98_958L, 0, 0, true)]
    [InlineData("starter", "sandbox", false, 0, 100_000L, 100_000L, 0, 0, true)]
    [InlineData("growth", "production", true, 500_000, 500_000L, 0L, 0, 0, true)]
    [InlineData("growth", "production", true, 500_250, 500_000L, 0L, 250, 2.5, true)]
    [InlineData("scale", "production", true, 2_000_003, 2_000_000L, 0L, 3, 0.024, true)]
    [InlineData("enterprise", "production", true, 9_000_000_000, null, null, 0, 0, true)]
    [InlineData("enterprise", "sandbox", true, 5, null, null, 0, 0, true)]
    public void A_plan_is_held_against_what_was_recorded(
        string tier, string environment, bool counts, long consumed, long? included, long? remaining, long overage, double charges, bool allowed)
    {
        var usage = UsageFigures.Of(Plan.Of(tier), environment, consumed);
        Assert.Equal(counts, UsageFigures.Counts(Plan.Of(tier), environment));
        Assert.Equal((included, remaining, overage, (decimal)charges, allowed), (usage.Included, usage.Remaining, usage.Overage, usage.OverageChargesUsd, usage.IsAllowed));
    }
}
