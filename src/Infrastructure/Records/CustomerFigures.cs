using Npgsql;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Records;

/// <summary>A customer in figures, all from one instant: rollups, and the records that are in none yet.</summary>
/// <param name="LatestSeq">Records ever accepted, since numbers have no gaps.</param>
/// <param name="VerifiedBalance">Sum over all verified records.</param>
/// <param name="LastSealedSeq">The last record that a rollup holds; 0 when none does.</param>
/// <param name="RecordedInMonth">Records accepted in the month asked for, in whatever state.</param>
/// <param name="AmountInMonth">Their signed sum, without those that are FAILED.</param>
/// <param name="IncreasesInMonth">The positive part of <paramref name="AmountInMonth"/>.</param>
/// <param name="DecreasesInMonth">Its negative part.</param>
/// <param name="VerifiedInMonth">Records whose verification completed in the month.</param>
/// <param name="UnitInMonth">The one unit that records of the month have; null for none, or when they differ.</param>
public sealed record CustomerFigures(
    int LedgerNo, int CustomerNo, long LatestSeq, decimal VerifiedBalance, long LastSealedSeq, long RecordedInMonth, decimal AmountInMonth,
    decimal IncreasesInMonth, decimal DecreasesInMonth, long VerifiedInMonth, DateTimeOffset? FirstAt, DateTimeOffset? LastAt, string? UnitInMonth,
    bool HasMixedUnitsInMonth);

/// <summary>Reads figures of any number of customers with one statement, which reads a few rollups and the unsealed tail of each
/// and never a customer's records.</summary>
public sealed class CustomerFiguresReader(NpgsqlDataSource database)
{
    private const string InMonth = "r.accepted_at >= $4 AND r.accepted_at < $5";

    // A FAILED record is in no rollup and in no amount, whatever its row says now. One behind the last that a rollup holds is
    // met in the tail; the others are counted by themselves, by an index that is normally empty.
    private const string Sound = InMonth + " AND x.ledger_index IS NULL";

    private const string Select =
        "SELECT w.ledger_no, w.customer_no, greatest(a.last_seq, t.last_seq), a.net, a.last_seq, " +
        "coalesce(p.record_count, 0) + t.in_month + f.in_month, coalesce(p.net, 0) + t.increases + t.decreases, coalesce(p.verified_count, 0), " +
        "least(a.first_at, t.first_at), greatest(a.last_at, t.last_at), coalesce(p.increases, 0) + t.increases, coalesce(p.decreases, 0) + t.decreases, " +
        "least(p.unit, t.least_unit), greatest(p.unit, t.greatest_unit), coalesce(p.mixed_units, false) " +
        "FROM unnest($1::int[], $2::int[]) w(ledger_no, customer_no) " +
        "CROSS JOIN LATERAL (SELECT coalesce(sum(m.net), 0) AS net, coalesce(max(m.last_seq), 0) AS last_seq, min(m.first_at) AS first_at, " +
        "  max(m.last_at) AS last_at FROM customer_months m WHERE m.ledger_no = w.ledger_no AND m.customer_no = w.customer_no) a " +
        "LEFT JOIN customer_months p ON p.ledger_no = w.ledger_no AND p.customer_no = w.customer_no AND p.month = $3 " +
        "CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE " + InMonth + ") AS in_month, " +
        "  coalesce(sum(r.delta) FILTER (WHERE r.delta > 0 AND " + Sound + "), 0) AS increases, " +
        "  coalesce(sum(r.delta) FILTER (WHERE r.delta < 0 AND " + Sound + "), 0) AS decreases, " +
        "  min(r.unit) FILTER (WHERE " + Sound + ") AS least_unit, max(r.unit) FILTER (WHERE " + Sound + ") AS greatest_unit, " +
        "  min(r.accepted_at) AS first_at, max(r.accepted_at) AS last_at, max(r.seq) AS last_seq " +
        "  FROM records r LEFT JOIN record_failures x ON x.ledger_no = r.ledger_no AND x.ledger_index = r.ledger_index AND x.healed_at IS NULL " +
        "  WHERE r.ledger_no = w.ledger_no AND r.customer_no = w.customer_no AND r.seq > a.last_seq) t " +
        "CROSS JOIN LATERAL (SELECT count(*) AS in_month FROM record_failures x JOIN records r ON r.ledger_no = x.ledger_no AND r.ledger_index = x.ledger_index " +
        "  WHERE x.ledger_no = w.ledger_no AND x.customer_no = w.customer_no AND x.healed_at IS NULL AND x.seq <= a.last_seq AND " + InMonth + ") f";

    /// <summary>One row for each customer.</summary>
    /// <param name="customers">Each once.</param>
    /// <param name="month">As <c>CustomerMonth</c> counts.</param>
    /// <param name="window">The same month.</param>
    public static Question<List<CustomerFigures>> Of(IReadOnlyCollection<(int LedgerNo, int CustomerNo)> customers, int month, Window window) => Question.Rows(
        Read, Select, customers.Select(c => c.LedgerNo).ToArray(), customers.Select(c => c.CustomerNo).ToArray(), month, window.Start, window.End);

    /// <inheritdoc cref="Of"/>
    public async Task<IReadOnlyDictionary<(int LedgerNo, int CustomerNo), CustomerFigures>> ReadAsync(
        IReadOnlyCollection<(int LedgerNo, int CustomerNo)> customers, int month, Window window, CancellationToken ct) =>
        (await Of(customers, month, window).AskAsync(database, ct)).ToDictionary(f => (f.LedgerNo, f.CustomerNo));

    private static CustomerFigures Read(NpgsqlDataReader row)
    {
        var (least, greatest) = (row.IsDBNull(12) ? null : row.GetString(12), row.IsDBNull(13) ? null : row.GetString(13));
        var isMixed = row.GetBoolean(14) || least != greatest;
        return new CustomerFigures(
            row.GetInt32(0), row.GetInt32(1), row.GetInt64(2), row.GetDecimal(3), row.GetInt64(4), row.GetInt64(5), row.GetDecimal(6), row.GetDecimal(10),
            row.GetDecimal(11), row.GetInt64(7), row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8),
            row.IsDBNull(9) ? null : row.GetFieldValue<DateTimeOffset>(9), isMixed ? null : least, isMixed);
    }
}
