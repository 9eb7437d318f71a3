using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Usage;

/// <summary>A count of records against a plan. Pure.</summary>
/// <param name="Included">Null for any number.</param>
/// <param name="Consumed">Records that count: a month's, or for a plan for life all there ever were.</param>
/// <param name="Overage">Above the included number.</param>
internal sealed record UsageFigures(long? Included, long Consumed, long Overage, decimal OverageChargesUsd, bool IsAllowed)
{
    public long? Remaining => Included is { } included ? Math.Max(0, included - Consumed) : null;

    /// <summary>Whether records of this plan are counted in this environment: the sandbox costs a paying tenant nothing.</summary>
    public static bool Counts(Plan plan, string environment) => plan.OverageRateUsd is null || environment == Environments.Production;

    /// <param name="consumed">0 where they do not count.</param>
    public static UsageFigures Of(Plan plan, string environment, long consumed)
    {
        var included = plan.IncludedIn(environment);
        var overage = plan.OverageRateUsd is null ? 0 : Math.Max(0, consumed - (included ?? consumed));
        return new UsageFigures(included, consumed, overage, overage * (plan.OverageRateUsd ?? 0), !plan.IsForLife || consumed < included);
    }
}
