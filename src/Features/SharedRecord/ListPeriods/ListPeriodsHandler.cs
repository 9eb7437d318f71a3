using MediatR;
using Npgsql;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.SharedRecord;

internal sealed class ListPeriodsHandler(NpgsqlDataSource database, VendorAccounts vendorAccounts, PublicAddress address)
    : IRequestHandler<ListPeriods, Outcome<PeriodsListed>>
{
    // A window that was still open at its checkpoint is covered up to the cut-off only.
    private const string Closed =
        "WHERE k.ledger_no = $1 AND k.customer_no = $2 AND k.mode = 'all' AND k.verified_at IS NOT NULL AND k.covered_through = k.end_at";

    private const string Count = "SELECT count(*) FROM checkpoints k " + Closed;

    // The order of the index checkpoints_by_window, read from its end.
    private const string Page =
        CheckpointReader.Select + Closed + " AND ($3::text IS NULL OR (k.start_at, k.covered_through, k.created_at, k.checkpoint_id) < " +
        "(SELECT a.start_at, a.covered_through, a.created_at, a.checkpoint_id FROM checkpoints a WHERE a.checkpoint_id = $3 " +
        "AND a.ledger_no = $1 AND a.customer_no = $2)) " +
        "ORDER BY k.start_at DESC, k.covered_through DESC, k.created_at DESC, k.checkpoint_id DESC LIMIT $4";

    public async Task<Outcome<PeriodsListed>> Handle(ListPeriods request, CancellationToken ct)
    {
        if (!(await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct)).Accepted(out var customer, out var refusal))
            return refusal;
        string?[] filters = ["periods", customer.Ledger.LedgerId, customer.CustomerId];
        string? after = null;
        if (request.Cursor is { } cursor && !Cursors.TryOpen(cursor, filters, out after)) return Refusal.Validation("cursor", "does not belong to this list");

        var snapshot = new SnapshotBatch(database);
        var total = snapshot.Add(Question.Row(row => row.GetInt64(0), Count, customer.Ledger.LedgerNo, customer.CustomerNo));
        var rows = snapshot.Add(Question.Rows(CheckpointReader.Read, Page, customer.Ledger.LedgerNo, customer.CustomerNo, after, request.Limit + 1));
        await snapshot.AskAsync(ct);
        var page = rows.Value;
        var hasMore = page.Count > request.Limit;
        if (hasMore) page.RemoveAt(page.Count - 1);
        var (tenant, recordedBy) = Identities.Of(customer.Ledger, customer.VendorName);
        return new PeriodsListed(
            customer.CustomerId, customer.Ledger.VendorAccountId, tenant, recordedBy, page.ConvertAll(period => PeriodRow.Of(period, address)), total.Value,
            request.Limit, hasMore ? Cursors.Make(filters, page[^1].CheckpointId) : null);
    }
}
