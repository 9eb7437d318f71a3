using System.Globalization;
using MediatR;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Display;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.SharedRecord;

internal sealed class ReadLiveRecordHandler(
    NpgsqlDataSource database, VendorAccounts vendorAccounts, RecordIds ids, TimeProvider clock) : IRequestHandler<ReadLiveRecord, Outcome<LiveRecordRead>>
{
    public async Task<Outcome<LiveRecordRead>> Handle(ReadLiveRecord request, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (!(await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct)).Accepted(out var customer, out var refusal))
            return refusal;
        string?[] filters = ["live", customer.Ledger.LedgerId, customer.CustomerId];
        if (!TryPlace(request, filters, Period.Of(Timestamp.FromDateTimeOffset(now)), out var period, out var before))
            return Refusal.Validation("cursor", "does not belong to this list");

        // Totals and rows are of one instant, so that a page never shows a row that its total does not count.
        var key = (customer.Ledger.LedgerNo, customer.CustomerNo);
        var snapshot = new SnapshotBatch(database);
        var ofCustomer = snapshot.Add(CustomerFiguresReader.Of([key], CustomerMonth.Of(period), period.Window));
        var completed = snapshot.Add(CoverageReader.Of([key]));
        var newest = snapshot.Add(RecordLookup.Newest(key.LedgerNo, key.CustomerNo, period.Window, before ?? long.MaxValue, request.Limit + 1));
        await snapshot.AskAsync(ct);
        var (figures, rows) = (ofCustomer.Value.Single(), newest.Value);
        var verifiedThrough = VerifiedThrough.Of(completed.Value)?.ToDateTimeOffset();
        var hasMore = rows.Count > request.Limit;
        if (hasMore) rows.RemoveAt(rows.Count - 1);

        var (tenant, recordedBy) = Identities.Of(customer.Ledger, customer.VendorName);
        var unitLabel = customer.Unit ?? request.Caller.DefaultUnit;
        var unit = figures.UnitInMonth ?? unitLabel;
        return new LiveRecordRead
        {
            Tenant = tenant,
            RecordedBy = recordedBy,
            VendorAccountId = customer.Ledger.VendorAccountId,
            CustomerId = customer.CustomerId,
            CustomerReference = customer.Reference,
            Environment = customer.Ledger.Environment,
            Period = period.ToString(),
            StartDate = period.Window.Start.ToDateTimeOffset(),
            EndDate = period.Window.End.ToDateTimeOffset(),
            Unit = unit,
            UnitLabel = unitLabel,
            RecordCount = figures.RecordedInMonth,
            RecordedAmountThisPeriod = figures.AmountInMonth,
            VerifiedThisPeriod = figures.VerifiedInMonth,
            CumulativeBalance = figures.VerifiedBalance,
            VerifiedThroughAt = verifiedThrough,
            Labels = new LiveRecordLabels(
                RecordWords.Total(figures.AmountInMonth, unit), RecordWords.RecordsThisCycle(figures.RecordedInMonth), RecordWords.VerifiedThrough(verifiedThrough),
                RecordWords.RecordedBy(customer.VendorName)),
            Records = rows.ConvertAll(row => RecordRow.Of(row, ids)),
            AsOf = now,
            Limit = request.Limit,
            NextCursor = hasMore ? Cursors.Make(filters, string.Create(CultureInfo.InvariantCulture, $"{period} {rows[^1].Record.Seq}")) : null,
            NewerCursor = before is { } end && rows.Count > 0 && rows[0].Record.Seq == end - 1
                ? Cursors.Make(filters, string.Create(CultureInfo.InvariantCulture, $"{period} {end + request.Limit}")) : null,
            HasIncreasesAndDecreases = figures.IncreasesInMonth > 0 && figures.DecreasesInMonth < 0,
            HasMixedUnits = figures.HasMixedUnitsInMonth,
            HasOtherMonths = figures.LatestSeq > figures.RecordedInMonth,
        };
    }

    /// <summary>A cursor names its month: a list begun before midnight of the last day goes on in the same month after it.</summary>
    private static bool TryPlace(ReadLiveRecord request, string?[] filters, Period current, out Period period, out long? before)
    {
        before = null;
        period = request.Period is { } named && Period.TryParse(named, out var parsed) ? parsed : current;
        if (request.Cursor is not { } cursor) return true;
        if (!Cursors.TryOpen(cursor, filters, out string? position) || position.Split(' ') is not [var month, var seq]
            || !Period.TryParse(month, out var begun) || !long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        if (request.Period is not null && begun != period) return false;
        (period, before) = (begun, number);
        return true;
    }
}
