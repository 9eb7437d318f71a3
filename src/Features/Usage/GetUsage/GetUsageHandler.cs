using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Usage;

internal sealed class GetUsageHandler(RecordCounts counts, TimeProvider clock) : IRequestHandler<GetUsage, Outcome<UsageRead>>
{
    public async Task<Outcome<UsageRead>> Handle(GetUsage request, CancellationToken ct)
    {
        var (tenantId, environment, plan) = (request.Caller.TenantId, request.Caller.Environment, Plan.Of(request.Caller.Tier));
        var month = Period.Of(Timestamp.FromDateTimeOffset(clock.GetUtcNow()));
        var consumed = !UsageFigures.Counts(plan, environment) ? 0
            : plan.IsForLife ? await counts.OfLifeAsync(tenantId, environment, ct) : await counts.OfMonthAsync(tenantId, environment, month, ct);

        var usage = UsageFigures.Of(plan, environment, consumed);
        return new UsageRead(
            environment, plan.Tier, plan.Tier, month.ToString(), usage.IsAllowed, usage.Included, usage.Consumed, usage.Remaining, usage.Remaining,
            usage.Overage, plan.OverageRateUsd, usage.OverageChargesUsd, plan.IsForLife ? null : month.Window.End.ToDateTimeOffset());
    }
}
