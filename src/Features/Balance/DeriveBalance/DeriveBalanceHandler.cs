using MediatR;
using Npgsql;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Balance;

internal sealed class DeriveBalanceHandler(
    NpgsqlDataSource database, VendorAccounts vendorAccounts, ReplayStarts starts, ReplayReader replay, RecordViews views, TimeProvider clock)
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
        var (rows, last) = await RowsAsync(customer, totals, Page(totals, afterSeq, request.Offset, request.Limit), request.Limit, ct);
        var deltas = rows.Where(row => row.FailedAt is null).Take(request.Limit).Select(row => views.Stored(customer.Ledger, row)).ToArray();

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

    /// <summary>The rows of the page, and the last of the replay.</summary>
    private async Task<(IReadOnlyList<RecordWithState> Page, RecordResult? Last)> RowsAsync(
        CustomerRow customer, ReplayTotals totals, (long FirstSeq, long LastSeq)? page, int limit, CancellationToken ct)
    {
        if (totals.LastSeq is not { } lastSeq) return ([], null);
        var (ledgerNo, customerNo) = (customer.Ledger.LedgerNo, customer.CustomerNo);
        var snapshot = new SnapshotBatch(database);
        var last = snapshot.Add(RecordLookup.Range(ledgerNo, customerNo, lastSeq, lastSeq, 1, newestFirst: true));
        var rows = page is var (first, end) ? snapshot.Add(RecordLookup.Range(ledgerNo, customerNo, first, end, limit + totals.FailedSeqs.Count, newestFirst: false)) : null;
        await snapshot.AskAsync(ct);
        return (rows?.Value ?? [], last.Value.ConvertAll(row => views.Stored(customer.Ledger, row)).FirstOrDefault());
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
