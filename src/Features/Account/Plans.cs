namespace PacSpace.Features.Account;

/// <summary>What a tier includes (api-dashboard 4).</summary>
/// <param name="IncludedRecords">In a month, or for life; null without limit.</param>
/// <param name="OverageUsd">For each record beyond; null when there are none beyond, or no limit.</param>
internal sealed record Plan(string Tier, long? IncludedRecords, bool IsForLife, decimal? OverageUsd)
{
    private static readonly Plan[] s_all =
    [
        new("free", 100, IsForLife: true, null),
        new("pilot", 10_000, IsForLife: false, 0.020m),
        new("starter", 100_000, IsForLife: false, 0.012m),
        new("growth", 500_000, IsForLife: false, 0.010m),
        new("scale", 2_000_000, IsForLife: false, 0.008m),
        new("enterprise", null, IsForLife: false, null),
    ];

    public static Plan Of(string tier) => s_all.Single(plan => plan.Tier == tier);
}
