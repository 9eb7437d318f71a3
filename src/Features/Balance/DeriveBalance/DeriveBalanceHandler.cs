using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Balance;

internal sealed class DeriveBalanceHandler(
    VendorAccounts vendorAccounts, ReplayStarts starts, ReplayReader replay, RecordLookup records, RecordViews views, TimeProvider clock)
    : IRequestHandler<DeriveBalance, Outcome<BalanceDerived>>
{
    public async Task<Outcome<BalanceDerived>> Handle(DeriveBalance request, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var found = await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct, ReplayStarts.RefuseScope(request, now));
        if (!found.Accepted(out var customer, out var refusal)) return refusal;
        if (!(await starts.ResolveAsync(customer, request, now, ct)).Accepted(out var asked, out refusal)) return refusal;

        // From a checkpoint on the window ends now, which is another instant at each page.
        var start = asked.Start;
        string?[] filters =
        [
            customer.CustomerId, customer.Ledger.VendorAccountId,
            request.StartingCheckpoint is { } point ? $"{request.StartingCheckpointType}:{point}" : start.Window.ToString(),
        ];
        if (!Cursors.TryOpenNumber(request.Cursor, filters, out var afterSeq))
            return Refusal.Validation("cursor", "does not belong to this list");

        var (totals, breakdown) = await replay.ReadAsync(customer, asked, ct);
        var page = Page(totals, afterSeq, request.Offset, request.Limit);
        var rows = page is { } range
            ? await records.RangeAsync(customer.Ledger.LedgerNo, customer.CustomerNo, range.FirstSeq, range.LastSeq, request.Limit + totals.FailedSeqs.Count, newestFirst: false, ct)
            : [];
        var deltas = rows.Where(row => row.FailedAt is null).Take(request.Limit).Select(row => views.Stored(customer.Ledger, row)).ToArray();
        var last = totals.LastSeq is { } lastSeq
            ? (await records.RangeAsync(customer.Ledger.LedgerNo, customer.CustomerNo, lastSeq, lastSeq, 1, newestFirst: true, ct)).ConvertAll(row => views.Stored(customer.Ledger, row)).FirstOrDefault()
            : null;

        return new BalanceDerived(
            customer.CustomerId, CustomerReferences.Reference(customer.Ledger.ReferenceKey, customer.CustomerId), customer.Ledger.VendorAccountId,
            start.Mode, start.Window.AsPeriod()?.ToString(), start.Window.Start.ToDateTimeOffset(), start.Window.End.ToDateTimeOffset(),
            request.StartingCheckpoint, request.StartingCheckpoint is null ? null : request.StartingCheckpointType ?? "proofRoot",
            request.StartingBalance, totals.Net, request.StartingBalance + totals.Net, totals.Count, totals.Count, totals.PendingCount,
            totals.FailedSeqs.Count, totals.FirstSeq, totals.LastSeq, last?.ReceiptId, last?.RecordId,
            request.Granularity, breakdown, deltas, totals.Count, request.Limit, request.Offset,
            deltas.Length > 0 && deltas[^1].SequenceNumber < totals.LastSeq
                ? Cursors.Make(filters, deltas[^1].SequenceNumber)
                : null);
    }

    /// <summary>The numbers among which the page lies: verified records are counted, failed ones are passed over.</summary>
    internal static (long FirstSeq, long LastSeq)? Page(ReplayTotals totals, long? afterSeq, long offset, int limit)
    {
        if (totals.FirstSeq is not { } first || totals.LastSeq is not { } last || offset >= totals.Count) return null;
        var from = afterSeq is { } after ? after + 1 : first + offset;
        if (afterSeq is null)
        {
            foreach (var failed in totals.FailedSeqs)
            {
                if (failed >= first && failed <= from) from++;
            }
        }

        return from > last ? null : (from, Math.Min(last, from + limit + totals.FailedSeqs.Count - 1));
    }
}
