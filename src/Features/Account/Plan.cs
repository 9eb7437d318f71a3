using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

/// <summary>What a tier includes (api-dashboard 4). Accepted records count, replays do not.</summary>
/// <param name="PriceUsd">A month; null where it is agreed on.</param>
/// <param name="IncludedRecords">A month, or for life (<see cref="IsForLife"/>); null for any number.</param>
/// <param name="OverageRateUsd">For each record above; null where there is no above.</param>
internal sealed record Plan(string Tier, decimal? PriceUsd, long? IncludedRecords, decimal? OverageRateUsd)
{
    public const string FreeTier = "free";
    public const string HighestTier = "enterprise";

    private static readonly Plan[] s_all =
    [
        new(FreeTier, 0, 100, null),
        new("pilot", 1_000, 10_000, 0.020m),
        new("starter", 3_000, 100_000, 0.012m),
        new("growth", 8_000, 500_000, 0.010m),
        new("scale", 15_000, 2_000_000, 0.008m),
        new(HighestTier, null, null, null),
    ];

    public static IReadOnlyList<string> Tiers { get; } = [.. s_all.Select(plan => plan.Tier)];

    /// <summary>The included records are for the tenant's life, in the sandbox, and nothing goes beyond them.</summary>
    public bool IsForLife => Tier == FreeTier;

    /// <summary>A plan for life is for the sandbox: production includes nothing of it.</summary>
    public long? IncludedIn(string environment) => IsForLife && environment == Environments.Production ? 0 : IncludedRecords;

    public static Plan Of(string tier) => s_all.Single(plan => plan.Tier == tier);
}
