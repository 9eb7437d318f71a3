using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Ingest;

namespace PacSpace.Features.Balance;

internal sealed class EmitDeltaBatchHandler(VendorAccounts vendorAccounts, AdjustsLookup adjustsLookup, LedgerWriters writers, RunningKeys running)
    : IRequestHandler<EmitDeltaBatch, Outcome<DeltaBatchEmitted>>
{
    public async Task<Outcome<DeltaBatchEmitted>> Handle(EmitDeltaBatch request, CancellationToken ct)
    {
        var vendorAccountId = request.VendorAccountId ?? request.Deltas.FirstOrDefault(delta => delta.VendorAccountId is not null)?.VendorAccountId;
        if (!(await vendorAccounts.LedgerToWriteAsync(request.Caller, vendorAccountId, ct)).Accepted(out var ledger, out var refusal))
            return refusal;

        using var run = running.TryBegin(request.Caller, IdempotentRoutes.EmitDeltaBatch, request.Idempotency?.Key);
        if (run is null) return IdempotencyRefusals.Pending();

        var (items, refusedAtTheDoor) = Decide(request.Deltas);
        await ResolveAdjustsAsync(ledger, request.Deltas, items, ct);
        var limits = DeltaLimits.Of(request.Caller);
        if (Array.TrueForAll(items, item => item is null) && request.Idempotency is null && limits is null)
            return Answer(EmitDeltaBatchAnswer.Of(request.Deltas, refusedAtTheDoor, new SubmissionAccepted(new ItemOutcome?[items.Length], null)));

        var claim = request.Idempotency is { } key
            ? new IdempotencyClaim(IdempotentRoutes.EmitDeltaBatch, key.Key, key.Hash, (_, accepted) => Stored(EmitDeltaBatchAnswer.Of(request.Deltas, refusedAtTheDoor, accepted)))
            : null;

        // Crash windows of the save are the writer's (GroupCommit). A retry of the whole group settles it: with its key by
        // the stored answer, without one by the items' referenceIds.
        return await writers.SubmitAsync(new Submission(ledger, IsGroup: true, items, claim, limits)) switch
        {
            SubmissionAccepted accepted => Answer(EmitDeltaBatchAnswer.Of(request.Deltas, refusedAtTheDoor, accepted)),
            SubmissionReplayed replayed => new DeltaBatchEmitted(replayed.Answer.Status, null, replayed.Answer.Bytes),
            SubmissionKeyReused => IdempotencyRefusals.KeyReused(),
            SubmissionExhausted => DeltaRefusals.PlanExhausted(),
            var other => throw new InvalidOperationException($"A group cannot end as {other}."),
        };
    }

    /// <summary>Which items may go to the writer, and why the others may not.</summary>
    internal static (NewRecord?[] Items, FieldProblem?[] Problems) Decide(IReadOnlyList<NewDelta> deltas)
    {
        var items = new NewRecord?[deltas.Count];
        var problems = new FieldProblem?[deltas.Count];
        for (var i = 0; i < deltas.Count; i++)
        {
            var delta = deltas[i];
            problems[i] = DeltaRules.Check(delta);
            if (problems[i] is null)
                items[i] = new NewRecord(delta.CustomerId!, Amount.FromDecimal(delta.Delta!.Value), delta.Reason!, delta.ReferenceId, delta.Metadata);
        }

        return (items, problems);
    }

    /// <remarks>An <c>adjusts</c> by reference may also mean an earlier item of this request, which the writer knows to be
    /// newer than any committed record; an unknown one is refused there, in its place in the order.</remarks>
    private async Task ResolveAdjustsAsync(LedgerRef ledger, IReadOnlyList<NewDelta> deltas, NewRecord?[] items, CancellationToken ct)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] is not { } item || deltas[i].Adjusts is not { } adjusts) continue;
            var committed = await adjustsLookup.FindAsync(ledger, item.CustomerId, adjusts, ct) ?? new AdjustsTarget(null, null);
            items[i] = item with { Adjusts = committed with { EarlierItemReference = adjusts.ReferenceId } };
        }
    }

    private static DeltaBatchEmitted Answer(DeltaGroup group) => new(Status(group), group, null);

    private static int Status(DeltaGroup group) => group.TotalQueued > 0 ? 201 : 200;

    private static StoredAnswer Stored(DeltaGroup group) => new((short)Status(group), JsonAnswer.ToBytes(group));
}
