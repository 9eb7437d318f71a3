using MediatR;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.SharedRecord;

internal sealed class ComparePeriodsHandler(NpgsqlDataSource database, VendorAccounts vendorAccounts, CheckpointComparer comparer, RecordNotes notes, PublicAddress address)
    : IRequestHandler<ComparePeriods, Outcome<PeriodsCompared>>
{
    public async Task<Outcome<PeriodsCompared>> Handle(ComparePeriods request, CancellationToken ct)
    {
        if (!(await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct)).Accepted(out var customer, out var refusal))
            return refusal;
        var snapshot = new SnapshotBatch(database);
        var (ofLeft, ofRight) = (
            snapshot.Add(Of(customer, request.LeftCheckpointId, request.LeftPeriod)), snapshot.Add(Of(customer, request.RightCheckpointId, request.RightPeriod)));
        await snapshot.AskAsync(ct);
        if (SeenPeriods.OrNull(customer, ofLeft.Value) is not { } left || SeenPeriods.OrNull(customer, ofRight.Value) is not { } right)
            return Refusal.CheckpointNotFound();

        var found = await comparer.CompareAsync(left, right, ct);
        if (request.IsRun)
        {
            await notes.NoteCompareAsync(
                customer, request.Visit,
                new CompareNote(left.CheckpointId, right.CheckpointId, left.Window.AsPeriod()?.ToString(), right.Window.AsPeriod()?.ToString()), ct);
        }

        var (tenant, recordedBy) = Identities.Of(customer.Ledger, customer.VendorName);
        return new PeriodsCompared(
            customer.CustomerId, customer.Ledger.VendorAccountId, tenant, recordedBy, (left.Unit == right.Unit ? left.Unit : null) ?? customer.Unit,
            PeriodRow.Of(left, address), PeriodRow.Of(right, address),
            new PeriodDifference(
                found.NetDiff, found.CountDiff, found.OpeningDiff, found.ClosingDiff, found.SharedCount, found.OnlyLeftCount, found.OnlyRightCount, found.IsSameRoot),
            [.. found.Days.Select(day => new PeriodDay(
                day.Date, day.LeftCount, day.RightCount, day.CountDiff, day.LeftNet, day.RightNet, day.NetDiff))],
            found.IsTruncated);
    }

    private static Question<StoredCheckpoint?> Of(CustomerRow customer, string? checkpointId, string? period) => checkpointId is not null
        ? CheckpointLookup.Of(checkpointId)
        : SeenPeriods.Newest(customer, Period.TryParse(period!, out var month) ? month : throw new InvalidOperationException("The validator lets no other text pass."));
}
