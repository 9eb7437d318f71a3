using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Ingest;

namespace PacSpace.Features.Balance;

internal sealed class EmitDeltaHandler(
    VendorAccounts vendorAccounts, AdjustsLookup adjustsLookup, LedgerWriters writers, RunningKeys running, RecordViews views)
    : IRequestHandler<EmitDelta, Outcome<DeltaEmitted>>
{
    public async Task<Outcome<DeltaEmitted>> Handle(EmitDelta request, CancellationToken ct)
    {
        var delta = request.Delta;
        if (!(await vendorAccounts.LedgerToWriteAsync(request.Caller, delta.VendorAccountId, ct)).Accepted(out var ledger, out var refusal))
            return refusal;

        using var run = running.TryBegin(request.Caller, IdempotentRoutes.EmitDelta, request.Idempotency?.Key);
        if (run is null) return IdempotencyRefusals.Pending();

        var item = new NewRecord(delta.CustomerId!, Amount.FromDecimal(delta.Delta!.Value), delta.Reason!, delta.ReferenceId, delta.Metadata);
        if (delta.Adjusts is { } adjusts)
        {
            // An unknown one is refused by the writer, in its place in the order of checks: after plan and cadence.
            item = item with { Adjusts = await adjustsLookup.FindAsync(ledger, delta.CustomerId!, adjusts, ct) ?? new AdjustsTarget(null, null) };
        }

        var claim = request.Idempotency is { } key
            ? new IdempotencyClaim(IdempotentRoutes.EmitDelta, key.Key, key.Hash, static (_, accepted) => EmitDeltaAnswer.Store(accepted))
            : null;

        // Crash windows of the save are the writer's (GroupCommit). Here: the caller's connection may be gone, and the
        // record stands all the same; its key, if it sent one, tells it so.
        return await writers.SubmitAsync(new Submission(ledger, IsGroup: false, [item], claim, DeltaLimits.Of(request.Caller))) switch
        {
            SubmissionAccepted { Items: [ItemAccepted accepted] } => new DeltaEmitted(views.Accepted(ledger, delta, accepted, null), IsReplay: false),
            SubmissionAccepted { Items: [ItemRefused refused] } => DeltaRefusals.Of(refused, delta.CustomerId),
            SubmissionExhausted => DeltaRefusals.PlanExhausted(),
            SubmissionReplayed replayed => new DeltaEmitted(views.Accepted(ledger, delta, EmitDeltaAnswer.Read(replayed.Answer), null), IsReplay: true),
            SubmissionKeyReused => IdempotencyRefusals.KeyReused(),
            var other => throw new InvalidOperationException($"A single delta cannot end as {other}."),
        };
    }
}
