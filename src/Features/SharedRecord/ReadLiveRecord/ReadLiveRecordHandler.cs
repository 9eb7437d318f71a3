using System.Globalization;
using MediatR;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Display;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.SharedRecord;

internal sealed class ReadLiveRecordHandler(
    NpgsqlDataSource database, RecordFinder finder, CustomerFiguresReader figuresReader, CoverageReader coverage, WindowReader windows, RecordLookup records,
    RecordIds ids, TimeProvider clock) : IRequestHandler<ReadLiveRecord, Outcome<LiveRecordRead>>
{
    public async Task<Outcome<LiveRecordRead>> Handle(ReadLiveRecord request, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (!(await finder.CustomerAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct)).Accepted(out var customer, out var refusal)) return refusal;
        string?[] filters = ["live", customer.Ledger.LedgerId, customer.CustomerId];
        if (!TryPlace(request, filters, Period.Of(Timestamp.FromDateTimeOffset(now)), out var period, out var before))
            return Refusal.Validation("cursor", "does not belong to this list");

        // Totals and rows are of one instant, so that a page never shows a row that its total does not count.
        await using var snapshot = await ReadSnapshot.TakeAsync(database, ct);
        var key = (customer.Ledger.LedgerNo, customer.CustomerNo);
        var figures = (await figuresReader.ReadAsync([key], CustomerMonth.Of(period), period.Window, ct, snapshot.Connection))[key];
        var verifiedThrough = VerifiedThrough.Of((await coverage.CompletedAsync([key], ct, snapshot.Connection))[key])?.ToDateTimeOffset();
        var rows = await RowsAsync(snapshot, customer, period, before, request.Limit + 1, ct);
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

    private async Task<List<RecordWithState>> RowsAsync(ReadSnapshot snapshot, CustomerRow customer, Period period, long? before, int limit, CancellationToken ct)
    {
        var (ledgerNo, customerNo) = (customer.Ledger.LedgerNo, customer.CustomerNo);
        var edges = await windows.EdgesAsync(ledgerNo, customerNo, period.Window, ct, snapshot.Connection);
        var newest = before is { } seq ? Math.Min(edges.LastSeq, seq - 1) : edges.LastSeq;
        return newest < edges.FirstSeq
            ? []
            : await records.RangeAsync(ledgerNo, customerNo, edges.FirstSeq, newest, limit, newestFirst: true, ct, snapshot.Connection);
    }
}
