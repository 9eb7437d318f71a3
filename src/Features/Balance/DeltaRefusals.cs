using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary>What stored state can say against a delta.</summary>
internal static class DeltaRefusals
{
    public static Refusal AdjustsNotFound() => new(RefusalCode.AdjustsNotFound, "adjusts names no committed record of this customer");

    public static Refusal BalanceTooLarge() => Refusal.Validation("delta", "would take the balance past 18 digits before the point");
}
