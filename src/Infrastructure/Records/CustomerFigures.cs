using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Records;

/// <summary>A customer in figures, all from one instant: rollups, and the records that are in none yet.</summary>
/// <param name="LatestSeq">Records ever accepted, since numbers have no gaps.</param>
/// <param name="VerifiedBalance">Sum over all verified records.</param>
/// <param name="LastSealedSeq">The last record that a rollup holds; 0 when none does.</param>
/// <param name="RecordedInMonth">Records accepted in the month asked for, in whatever state.</param>
/// <param name="AmountInMonth">Their signed sum, without those that are FAILED.</param>
/// <param name="VerifiedInMonth">Records whose verification completed in the month.</param>
public sealed record CustomerFigures(
    int LedgerNo, int CustomerNo, long LatestSeq, decimal VerifiedBalance, long LastSealedSeq, long RecordedInMonth, decimal AmountInMonth,
    long VerifiedInMonth, DateTimeOffset? FirstAt, DateTimeOffset? LastAt);

/// <summary>Reads figures of any number of customers with one statement, which reads a few rollups and the unsealed tail of each
/// and never a customer's records.</summary>
public sealed class CustomerFiguresReader(NpgsqlDataSource database)
{
    private const string InMonth = "r.accepted_at >= $4 AND r.accepted_at < $5";

    // A FAILED record is in no rollup. One behind the last that a rollup holds is met in the tail; the others are counted by
    // themselves, by an index that is normally empty.
    private const string Select =
        "SELECT w.ledger_no, w.customer_no, greatest(a.last_seq, t.last_seq), a.net, a.last_seq, " +
        "coalesce(p.record_count, 0) + t.in_month + f.in_month, coalesce(p.net, 0) + t.amount, coalesce(p.verified_count, 0), " +
        "least(a.first_at, t.first_at), greatest(a.last_at, t.last_at) " +
        "FROM unnest($1::int[], $2::int[]) w(ledger_no, customer_no) " +
        "CROSS JOIN LATERAL (SELECT coalesce(sum(m.net), 0) AS net, coalesce(max(m.last_seq), 0) AS last_seq, min(m.first_at) AS first_at, " +
        "  max(m.last_at) AS last_at FROM customer_months m WHERE m.ledger_no = w.ledger_no AND m.customer_no = w.customer_no) a " +
        "LEFT JOIN customer_months p ON p.ledger_no = w.ledger_no AND p.customer_no = w.customer_no AND p.month = $3 " +
        "CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE " + InMonth + ") AS in_month, coalesce(sum(r.delta) FILTER (WHERE " + InMonth + "), 0) AS amount, " +
        "  min(r.accepted_at) AS first_at, max(r.accepted_at) AS last_at, max(r.seq) AS last_seq " +
        "  FROM records r WHERE r.ledger_no = w.ledger_no AND r.customer_no = w.customer_no AND r.seq > a.last_seq) t " +
        "CROSS JOIN LATERAL (SELECT count(*) AS in_month FROM record_failures x JOIN records r ON r.ledger_no = x.ledger_no AND r.ledger_index = x.ledger_index " +
        "  WHERE x.ledger_no = w.ledger_no AND x.customer_no = w.customer_no AND x.healed_at IS NULL AND x.seq <= a.last_seq AND " + InMonth + ") f";

    /// <param name="customers">Each is in the answer once.</param>
    /// <param name="month">As <c>CustomerMonth</c> counts.</param>
    /// <param name="window">The same month.</param>
    /// <param name="ct">Stops the wait.</param>
    public async Task<IReadOnlyDictionary<(int LedgerNo, int CustomerNo), CustomerFigures>> ReadAsync(
        IReadOnlyCollection<(int LedgerNo, int CustomerNo)> customers, int month, Window window, CancellationToken ct)
    {
        await using var command = database.CreateCommand(Select);
        command.Parameters.Add(new() { Value = customers.Select(c => c.LedgerNo).ToArray() });
        command.Parameters.Add(new() { Value = customers.Select(c => c.CustomerNo).ToArray() });
        command.Parameters.Add(new() { Value = month });
        command.Parameters.Add(new() { Value = window.Start.ToDateTimeOffset().UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = window.End.ToDateTimeOffset().UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        await using var row = await command.ExecuteReaderAsync(ct);
        var figures = new Dictionary<(int, int), CustomerFigures>(customers.Count);
        while (await row.ReadAsync(ct))
        {
            figures[(row.GetInt32(0), row.GetInt32(1))] = new CustomerFigures(
                row.GetInt32(0), row.GetInt32(1), row.GetInt64(2), row.GetDecimal(3), row.GetInt64(4), row.GetInt64(5), row.GetDecimal(6), row.GetInt64(7),
                row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8), row.IsDBNull(9) ? null : row.GetFieldValue<DateTimeOffset>(9));
        }

        return figures;
    }
}
