using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Ingest;

namespace PacSpace.Features.Balance;

/// <summary>What the writer is to hold a caller to.</summary>
internal static class DeltaLimits
{
    /// <summary>Null for a tenant without limits: paid plans go on above their number, and most have no cadence.</summary>
    public static WriteLimits? Of(Caller caller)
    {
        var plan = caller.Tier == Plan.FreeTier ? Plan.Of(caller.Tier) : null;
        return plan is null && caller.CadenceIntervalSeconds == 0 ? null : new WriteLimits(plan?.IncludedIn(caller.Environment), caller.CadenceIntervalSeconds);
    }
}
