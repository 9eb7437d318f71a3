using System.Globalization;
using MediatR;
using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Customers;

internal sealed class ListCustomersHandler(
    NpgsqlDataSource database, VendorAccounts vendorAccounts, CustomerFiguresReader figuresReader, CoverageReader coverage, TimeProvider clock)
    : IRequestHandler<ListCustomers, Outcome<CustomersListed>>
{
    private const string Search = "(@search IS NULL OR position(lower(@search) in lower(c.customer_id)) > 0)";

    // As many of each ledger as the page can need, so that a list over many ledgers reads a few rows of each.
    private const string Page =
        "SELECT " + CustomerLookup.Columns + " FROM unnest(@ledgers) w(ledger_no) CROSS JOIN LATERAL (SELECT * FROM customers c WHERE c.ledger_no = w.ledger_no AND " +
        Search + " AND (@createdAt IS NULL OR (c.created_at <= @createdAt AND (c.created_at, c.ledger_no, c.customer_no) < (@createdAt, @ledger, @customer))) " +
        "ORDER BY c.created_at DESC, c.customer_no DESC LIMIT @limit + @offset) c JOIN ledgers l ON l.ledger_no = c.ledger_no " +
        "JOIN tenants t ON t.tenant_id = l.tenant_id LEFT JOIN vendor_accounts v ON v.vendor_account_id = l.vendor_account_id " +
        "ORDER BY c.created_at DESC, c.ledger_no DESC, c.customer_no DESC LIMIT @limit OFFSET @offset";

    public async Task<Outcome<CustomersListed>> Handle(ListCustomers request, CancellationToken ct)
    {
        if (!(await vendorAccounts.LedgersToReadAsync(request.Caller, request.VendorAccountId, ct)).Accepted(out var ledgers, out var refusal)) return refusal;
        string?[] filters = [request.Caller.TenantId, request.Caller.Environment, request.VendorAccountId, request.Search];
        if (!TryOpen(request.Cursor, filters, out var after)) return Refusal.Validation("cursor", "does not belong to this list");

        var period = request.Period is { } month && Period.TryParse(month, out var named) ? named : Period.Of(Timestamp.FromDateTimeOffset(clock.GetUtcNow()));
        var (total, page) = await ReadAsync(request, [.. ledgers.Ledgers.Select(l => l.LedgerNo)], after, ct);
        var hasMore = page.Count > request.Limit;
        if (hasMore) page.RemoveAt(page.Count - 1);
        return new CustomersListed(
            await ShowAsync(page, period, ct), Pagination.Of(request.Page ?? 1, request.Limit, total),
            hasMore ? Cursors.Make(filters, Position(page[^1])) : null);
    }

    private async Task<(long Total, List<CustomerRow> Page)> ReadAsync(
        ListCustomers request, int[] ledgers, (Timestamp CreatedAt, int LedgerNo, int CustomerNo)? after, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var count = new NpgsqlCommand("SELECT count(*) FROM customers c WHERE c.ledger_no = ANY(@ledgers) AND " + Search, connection);
        AddFilters(count.Parameters, request, ledgers);
        var total = (long)(await count.ExecuteScalarAsync(ct))!;

        await using var list = new NpgsqlCommand(Page, connection);
        AddFilters(list.Parameters, request, ledgers);
        list.Parameters.AddWithValue("createdAt", NpgsqlDbType.TimestampTz, (object?)after?.CreatedAt.ToDateTimeOffset().UtcDateTime ?? DBNull.Value);
        list.Parameters.AddWithValue("ledger", after?.LedgerNo ?? 0);
        list.Parameters.AddWithValue("customer", after?.CustomerNo ?? 0);
        list.Parameters.AddWithValue("limit", request.Limit + 1);
        list.Parameters.AddWithValue("offset", NpgsqlDbType.Bigint, ((request.Page ?? 1) - 1L) * request.Limit);
        await using var row = await list.ExecuteReaderAsync(ct);
        var page = new List<CustomerRow>();
        while (await row.ReadAsync(ct)) page.Add(CustomerLookup.Read(row));
        return (total, page);
    }

    private async Task<IReadOnlyList<CustomerListed>> ShowAsync(List<CustomerRow> page, Period period, CancellationToken ct)
    {
        if (page.Count == 0) return [];
        var keys = page.ConvertAll(c => (c.Ledger.LedgerNo, c.CustomerNo));
        var figures = await figuresReader.ReadAsync(keys, CustomerMonth.Of(period), period.Window, ct);
        var completed = await coverage.CompletedAsync(keys, ct);
        return page.ConvertAll(customer =>
        {
            var (key, name) = ((customer.Ledger.LedgerNo, customer.CustomerNo), period.ToString());
            var (of, checkpoints) = (figures[key], completed[key].ToList());
            return new CustomerListed
            {
                CustomerId = customer.CustomerId,
                CustomerReference = customer.Reference,
                VendorAccountId = customer.Ledger.VendorAccountId,
                TotalDeltas = of.LatestSeq,
                CumulativeBalance = of.VerifiedBalance,
                Period = name,
                RecordedThisPeriod = of.RecordedInMonth,
                RecordedAmountThisPeriod = of.AmountInMonth,
                VerifiedThisPeriod = of.VerifiedInMonth,
                VerifiedThroughAt = VerifiedThrough.Of(checkpoints)?.ToDateTimeOffset(),
                LatestCheckpoint = checkpoints.MaxBy(k => k.CreatedAt)?.CheckpointId,
                FirstActivityAt = of.FirstAt,
                LastActivityAt = of.LastAt,
            };
        });
    }

    private static void AddFilters(NpgsqlParameterCollection parameters, ListCustomers request, int[] ledgers)
    {
        parameters.AddWithValue("ledgers", ledgers);
        parameters.AddWithValue("search", NpgsqlDbType.Text, (object?)request.Search ?? DBNull.Value);
    }

    private static string Position(CustomerRow last) =>
        string.Create(CultureInfo.InvariantCulture, $"{Timestamp.FromDateTimeOffset(last.CreatedAt).Microseconds} {last.Ledger.LedgerNo} {last.CustomerNo}");

    private static bool TryOpen(string? cursor, string?[] filters, out (Timestamp CreatedAt, int LedgerNo, int CustomerNo)? after)
    {
        after = null;
        if (cursor is null) return true;
        if (!Cursors.TryOpen(cursor, filters, out string? position) || position.Split(' ') is not [var instant, var ledger, var customer]
            || !long.TryParse(instant, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var microseconds)
            || !int.TryParse(ledger, NumberStyles.None, CultureInfo.InvariantCulture, out var ledgerNo)
            || !int.TryParse(customer, NumberStyles.None, CultureInfo.InvariantCulture, out var customerNo)) return false;
        after = (Timestamp.FromMicroseconds(microseconds), ledgerNo, customerNo);
        return true;
    }
}
