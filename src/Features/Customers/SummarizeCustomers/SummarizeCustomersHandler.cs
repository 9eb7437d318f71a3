using MediatR;
using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Customers;

/// <remarks>Reads rollups, checkpoints and what is not sealed yet: the cost follows customers and months, never records.</remarks>
internal sealed class SummarizeCustomersHandler(NpgsqlDataSource database, VendorAccounts vendorAccounts, TimeProvider clock)
    : IRequestHandler<SummarizeCustomers, Outcome<CustomersSummarized>>
{
    private const string InMonth = "r.accepted_at >= @start AND r.accepted_at < @end";
    private const string Unsealed = "records r JOIN ledger_seals s ON s.ledger_no = r.ledger_no AND r.ledger_index >= s.sealed_index WHERE r.ledger_no = ANY(@ledgers)";
    private const string Failed =
        "record_failures f JOIN records r ON r.ledger_no = f.ledger_no AND r.ledger_index = f.ledger_index WHERE f.ledger_no = ANY(@ledgers) AND f.healed_at IS NULL";

    private const string Heads =
        "SELECT coalesce(sum(h.next_index), 0)::bigint, coalesce(sum(h.next_index - s.sealed_index), 0)::bigint, min(r.accepted_at), " +
        "(SELECT count(*) FROM record_failures f WHERE f.ledger_no = ANY(@ledgers) AND f.healed_at IS NULL) FROM ledger_heads h " +
        "JOIN ledger_seals s ON s.ledger_no = h.ledger_no LEFT JOIN records r ON r.ledger_no = h.ledger_no AND r.ledger_index = s.sealed_index " +
        "WHERE h.ledger_no = ANY(@ledgers)";

    private const string Months =
        "SELECT coalesce(sum(m.record_count), 0)::bigint, coalesce(sum(m.net), 0), coalesce(sum(m.increases), 0), coalesce(sum(m.decreases), 0), " +
        "coalesce(sum(m.record_count) FILTER (WHERE m.month = @month), 0)::bigint, coalesce(sum(m.net) FILTER (WHERE m.month = @month), 0), " +
        "coalesce(sum(m.verified_count) FILTER (WHERE m.month = @month), 0)::bigint, min(m.first_at), max(m.last_at) " +
        "FROM customer_months m WHERE m.ledger_no = ANY(@ledgers)";

    private const string Rest =
        "SELECT t.in_month + f.in_month, t.amount, t.first_at, t.last_at FROM " +
        "(SELECT count(*) FILTER (WHERE " + InMonth + ") AS in_month, coalesce(sum(r.delta) FILTER (WHERE " + InMonth + "), 0) AS amount, " +
        "min(r.accepted_at) AS first_at, max(r.accepted_at) AS last_at FROM " + Unsealed + ") t, " +
        "(SELECT count(*) AS in_month FROM " + Failed + " AND " + InMonth + ") f";

    private const string Customers =
        "SELECT count(*), count(*) FILTER (WHERE (c.created_at >= @start AND c.created_at < @end) OR (c.source = 'manual' AND " +
        "(SELECT min(r.accepted_at) FROM records r WHERE r.ledger_no = c.ledger_no AND r.customer_no = c.customer_no AND r.seq = 1) BETWEEN @start AND @last)), " +
        "(SELECT count(*) FROM (" +
        "SELECT m.ledger_no, m.customer_no FROM customer_months m WHERE m.ledger_no = ANY(@ledgers) AND m.month = @month AND m.record_count > 0 " +
        "UNION SELECT r.ledger_no, r.customer_no FROM " + Unsealed + " AND " + InMonth +
        " UNION SELECT f.ledger_no, f.customer_no FROM " + Failed + " AND " + InMonth + ") active) FROM customers c WHERE c.ledger_no = ANY(@ledgers)";

    // Checkpoints of one customer overlap; the numbers that their ranges hold together are counted once.
    private const string Checkpoints =
        "SELECT coalesce(sum(o.checkpoints), 0)::bigint, coalesce(sum(o.completed), 0)::bigint, max(o.last_at), " +
        "coalesce(sum((SELECT sum(upper(w) - lower(w)) FROM unnest(o.covered) w)), 0)::bigint, " +
        "count(*) FILTER (WHERE o.covered @> int8range(1, (SELECT max(r.seq) FROM records r WHERE r.ledger_no = o.ledger_no AND r.customer_no = o.customer_no), '[]')) " +
        "FROM (SELECT k.ledger_no, k.customer_no, count(*) AS checkpoints, count(*) FILTER (WHERE k.mode = 'all' AND k.verified_at IS NOT NULL) AS completed, " +
        "max(k.created_at) FILTER (WHERE k.mode = 'all' AND k.verified_at IS NOT NULL) AS last_at, " +
        "range_agg(int8range(k.first_seq, k.last_seq + 1)) FILTER (WHERE k.mode = 'all' AND k.verified_at IS NOT NULL AND k.record_count > 0) AS covered " +
        "FROM checkpoints k WHERE k.ledger_no = ANY(@ledgers) GROUP BY k.ledger_no, k.customer_no) o";

    public async Task<Outcome<CustomersSummarized>> Handle(SummarizeCustomers request, CancellationToken ct)
    {
        if (!(await vendorAccounts.LedgersToReadAsync(request.Caller, request.VendorAccountId, ct)).Accepted(out var ledgers, out var refusal)) return refusal;
        var period = request.Period is { } month && Period.TryParse(month, out var named) ? named : Period.Of(Timestamp.FromDateTimeOffset(clock.GetUtcNow()));

        await using var snapshot = await ReadSnapshot.TakeAsync(database, ct);
        await using var batch = Batch(snapshot, [.. ledgers.Ledgers.Select(l => l.LedgerNo)], period);
        await using var row = await batch.ExecuteReaderAsync(ct);

        await row.ReadAsync(ct);
        var (records, pending, oldestPending, failed) = (row.GetInt64(0), row.GetInt64(1), At(row, 2), row.GetInt64(3));
        await NextAsync(row, ct);
        var (verified, balances) = (row.GetInt64(0), new SummaryBalances(row.GetDecimal(1), row.GetDecimal(2), row.GetDecimal(3)));
        var (recorded, amount, verifiedInMonth, firstAt, lastAt) = (row.GetInt64(4), row.GetDecimal(5), row.GetInt64(6), At(row, 7), At(row, 8));
        await NextAsync(row, ct);
        (recorded, amount) = (recorded + row.GetInt64(0), amount + row.GetDecimal(1));
        (firstAt, lastAt) = (firstAt ?? At(row, 2), At(row, 3) ?? lastAt);
        await NextAsync(row, ct);
        var (customers, newCustomers, active) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
        await NextAsync(row, ct);
        return new CustomersSummarized
        {
            Environment = request.Caller.Environment,
            VendorAccountId = request.VendorAccountId,
            Period = period.ToString(),
            ActiveCustomers = active,
            NewCustomers = newCustomers,
            RecordedThisPeriod = recorded,
            RecordedAmountThisPeriod = amount,
            VerifiedThisPeriod = verifiedInMonth,
            Counts = new SummaryCounts(customers, records, row.GetInt64(0), row.GetInt64(1)),
            Balances = balances,
            Verification = new SummaryVerification(verified, pending, failed, row.GetInt64(3), oldestPending, row.GetInt64(4), At(row, 2)),
            FirstActivityAt = firstAt,
            LastActivityAt = lastAt,
        };
    }

    private static NpgsqlBatch Batch(ReadSnapshot snapshot, int[] ledgers, Period period)
    {
        var (start, end) = (period.Window.Start.ToDateTimeOffset().UtcDateTime, period.Window.End.ToDateTimeOffset().UtcDateTime);
        var batch = new NpgsqlBatch(snapshot.Connection);
        foreach (var sql in new[] { Heads, Months, Rest, Customers, Checkpoints })
        {
#pragma warning disable CA2100 // Written above.
            var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
            command.Parameters.AddWithValue("ledgers", ledgers);
            if (sql.Contains("@month", StringComparison.Ordinal)) command.Parameters.AddWithValue("month", CustomerMonth.Of(period));
            if (sql.Contains("@start", StringComparison.Ordinal)) command.Parameters.AddWithValue("start", NpgsqlDbType.TimestampTz, start);
            if (sql.Contains("@end", StringComparison.Ordinal)) command.Parameters.AddWithValue("end", NpgsqlDbType.TimestampTz, end);
            if (sql.Contains("@last", StringComparison.Ordinal)) command.Parameters.AddWithValue("last", NpgsqlDbType.TimestampTz, end.AddMicroseconds(-1));
            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    private static async Task NextAsync(NpgsqlDataReader row, CancellationToken ct)
    {
        await row.NextResultAsync(ct);
        await row.ReadAsync(ct);
    }

    private static DateTimeOffset? At(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
