using System.Globalization;
using MediatR;
using Npgsql;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

internal sealed class DiffCheckpointsHandler(NpgsqlDataSource database, VendorAccounts vendorAccounts, CheckpointLookup checkpoints, CoveredDays covered)
    : IRequestHandler<DiffCheckpoints, Outcome<CheckpointsDiffed>>
{
    internal const int MaxDays = 1_000;

    public async Task<Outcome<CheckpointsDiffed>> Handle(DiffCheckpoints request, CancellationToken ct)
    {
        if (!(await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct)).Accepted(out var customer, out var refusal))
            return refusal;
        if (await FindAsync(customer, request.LeftCheckpointId!, ct) is not { } left || await FindAsync(customer, request.RightCheckpointId!, ct) is not { } right)
            return Refusal.CheckpointNotFound();

        var rows = left.CheckpointId == right.CheckpointId ? [] : await RowsAsync(left, right, ct);
        var shared = CoveredDays.Shared(left, right);
        return new CheckpointsDiffed(
            customer.CustomerId, left.Customer.Reference, customer.Ledger.VendorAccountId, CheckpointPoint.Of(left), CheckpointPoint.Of(right),
            new CheckpointDifference(
                right.Net.Value - left.Net.Value, right.RecordCount - left.RecordCount, right.Opening.Value - left.Opening.Value,
                right.Closing.Value - left.Closing.Value, shared, left.RecordCount - shared, right.RecordCount - shared, left.ProofRoot == right.ProofRoot),
            [.. rows.Take(MaxDays)], rows.Count > MaxDays);
    }

    private async Task<StoredCheckpoint?> FindAsync(CustomerToRead customer, string checkpointId, CancellationToken ct) =>
        await checkpoints.FindAsync(checkpointId, ct) is { } found
        && (found.Customer.Ledger.LedgerNo, found.Customer.CustomerNo) == (customer.Ledger.LedgerNo, customer.CustomerNo) ? found : null;

    private async Task<IReadOnlyList<DayDivergence>> RowsAsync(StoredCheckpoint left, StoredCheckpoint right, CancellationToken ct)
    {
        await using var snapshot = await ReadSnapshot.TakeAsync(database, ct);
        var ofLeft = (await covered.OfAsync(snapshot, left, ct)).ToDictionary(day => day.Day);
        var ofRight = (await covered.OfAsync(snapshot, right, ct)).ToDictionary(day => day.Day);
        return [.. ofLeft.Keys.Union(ofRight.Keys).Order()
            .Select(day => (Day: day, Left: ofLeft.GetValueOrDefault(day), Right: ofRight.GetValueOrDefault(day)))
            .Where(day => day.Left is null || !day.Left.HoldsTheSameAs(day.Right))
            .Select(day => Row(day.Day, day.Left, day.Right))];
    }

    private static DayDivergence Row(int day, CoveredDay? left, CoveredDay? right)
    {
        var (leftCount, rightCount, leftNet, rightNet) = (left?.Count ?? 0, right?.Count ?? 0, left?.Net ?? 0, right?.Net ?? 0);
        return new DayDivergence(
            CustomerDay.DateOf(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), leftCount, rightCount, rightCount - leftCount, leftNet, rightNet,
            rightNet - leftNet);
    }
}
