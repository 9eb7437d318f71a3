using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Ingest;

namespace PacSpace.Features.Balance;

/// <summary>What limits and stored state can say against a delta.</summary>
internal static class DeltaRefusals
{
    public static Refusal AdjustsNotFound() => new(RefusalCode.AdjustsNotFound, "adjusts names no committed record of this customer");

    public static Refusal PlanExhausted() => new(RefusalCode.PlanExhausted, "The plan's records are used up");

    public static Refusal TooSoon(string? customerId, int retryAfterSeconds) => new(RefusalCode.CadenceLimit, "The last record of this customer is too young for another one")
    {
        RetryAfterSeconds = retryAfterSeconds,
        CustomerId = customerId,
    };

    public static Refusal Of(ItemRefused refused, string? customerId) => refused.Reason switch
    {
        ItemRefusal.AdjustsUnknown => AdjustsNotFound(),
        ItemRefusal.BalanceTooLarge => BalanceTooLarge(),
        ItemRefusal.PlanExhausted => PlanExhausted(),
        ItemRefusal.TooSoon => TooSoon(customerId, refused.RetryAfterSeconds),
        var other => throw new InvalidOperationException($"No refusal is documented for {other}."),
    };

    public static Refusal BalanceTooLarge() => Refusal.Validation("delta", "would take the balance past 18 digits before the point");
}
