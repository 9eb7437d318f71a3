using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.SharedRecord;

internal sealed class ComparePeriodsHandler(RecordFinder finder, CheckpointComparer comparer, RecordNotes notes, PublicAddress address)
    : IRequestHandler<ComparePeriods, Outcome<PeriodsCompared>>
{
    public async Task<Outcome<PeriodsCompared>> Handle(ComparePeriods request, CancellationToken ct)
    {
        if (!(await finder.CustomerAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct)).Accepted(out var customer, out var refusal)) return refusal;
        if (await FindAsync(customer, request.LeftCheckpointId, request.LeftPeriod, ct) is not { } left
            || await FindAsync(customer, request.RightCheckpointId, request.RightPeriod, ct) is not { } right) return Refusal.CheckpointNotFound();

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

    private Task<StoredCheckpoint?> FindAsync(CustomerRow customer, string? checkpointId, string? period, CancellationToken ct) => checkpointId is not null
        ? finder.PeriodAsync(customer, checkpointId, ct)
        : finder.PeriodAsync(customer, Period.TryParse(period!, out var month) ? month : throw new InvalidOperationException("The validator lets no other text pass."), ct);
}
