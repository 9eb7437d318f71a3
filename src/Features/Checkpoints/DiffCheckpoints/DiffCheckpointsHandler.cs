using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

internal sealed class DiffCheckpointsHandler(VendorAccounts vendorAccounts, CheckpointLookup checkpoints, CheckpointComparer comparer)
    : IRequestHandler<DiffCheckpoints, Outcome<CheckpointsDiffed>>
{
    public async Task<Outcome<CheckpointsDiffed>> Handle(DiffCheckpoints request, CancellationToken ct)
    {
        if (!(await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct)).Accepted(out var customer, out var refusal))
            return refusal;
        if (await FindAsync(customer, request.LeftCheckpointId!, ct) is not { } left || await FindAsync(customer, request.RightCheckpointId!, ct) is not { } right)
            return Refusal.CheckpointNotFound();

        var found = await comparer.CompareAsync(left, right, ct);
        return new CheckpointsDiffed(
            customer.CustomerId, left.Customer.Reference, customer.Ledger.VendorAccountId, CheckpointPoint.Of(left), CheckpointPoint.Of(right),
            new CheckpointDifference(
                found.NetDiff, found.CountDiff, found.OpeningDiff, found.ClosingDiff, found.SharedCount, found.OnlyLeftCount, found.OnlyRightCount, found.IsSameRoot),
            [.. found.Days.Select(day => new DayDivergence(
                day.Date, day.LeftCount, day.RightCount, day.CountDiff, day.LeftNet, day.RightNet, day.NetDiff))],
            found.IsTruncated);
    }

    private async Task<StoredCheckpoint?> FindAsync(CustomerRow customer, string checkpointId, CancellationToken ct) =>
        await checkpoints.FindAsync(checkpointId, ct) is { } found
        && (found.Customer.Ledger.LedgerNo, found.Customer.CustomerNo) == (customer.Ledger.LedgerNo, customer.CustomerNo) ? found : null;
}
