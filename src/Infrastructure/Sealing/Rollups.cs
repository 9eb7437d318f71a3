using System.Data;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>Verified records of one customer in one UTC month, with its days: kept by the sealer, rebuilt from rows when asked.</summary>
public sealed class Rollups(NpgsqlDataSource database, RecordIds ids, FrontierMac macs)
{
    private const string Columns =
        "ledger_no, customer_no, month, record_count, verified_count, net, increases, decreases, closing, first_seq, last_seq, " +
        "first_at, last_at, unit, mixed_units, frontier, frontier_mac";

    private const string UpsertMonths =
        "INSERT INTO customer_months AS c (" + Columns + ") SELECT * FROM unnest($1::int[], $2::int[], $3::int[], $4::bigint[], $5::bigint[], " +
        "$6::numeric[], $7::numeric[], $8::numeric[], $9::numeric[], $10::bigint[], $11::bigint[], $12::timestamptz[], $13::timestamptz[], " +
        "$14::text[], $15::bool[], $16::bytea[], $17::bytea[]) " +
        "ON CONFLICT (ledger_no, customer_no, month) DO UPDATE SET record_count = c.record_count + excluded.record_count, " +
        "verified_count = c.verified_count + excluded.verified_count, net = c.net + excluded.net, " +
        "increases = c.increases + excluded.increases, decreases = c.decreases + excluded.decreases, " +
        "closing = CASE WHEN excluded.record_count > 0 THEN excluded.closing ELSE c.closing END, " +
        "first_seq = coalesce(c.first_seq, excluded.first_seq), last_seq = coalesce(excluded.last_seq, c.last_seq), " +
        "first_at = coalesce(c.first_at, excluded.first_at), last_at = coalesce(excluded.last_at, c.last_at), " +
        "unit = coalesce(c.unit, excluded.unit), mixed_units = c.mixed_units OR excluded.mixed_units OR coalesce(c.unit <> excluded.unit, false), " +
        "frontier = CASE WHEN excluded.record_count > 0 THEN excluded.frontier ELSE c.frontier END, " +
        "frontier_mac = CASE WHEN excluded.record_count > 0 THEN excluded.frontier_mac ELSE c.frontier_mac END";

    private const string ReplaceMonth =
        "INSERT INTO customer_months AS c (" + Columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) " +
        "ON CONFLICT (ledger_no, customer_no, month) DO UPDATE SET (" + Columns + ") = ROW (excluded.*)";

    private const string LockMonth =
        "INSERT INTO customer_months AS c (ledger_no, customer_no, month) VALUES ($1, $2, $3) " +
        "ON CONFLICT (ledger_no, customer_no, month) DO UPDATE SET month = c.month";

    private const string SealedIndex = "SELECT sealed_index FROM ledger_seals WHERE ledger_no = $1";

    private const string MonthEdges =
        "SELECT l.ledger_id, c.customer_id, seq_at($1, $2, $3), seq_at($1, $2, $4) FROM ledgers l JOIN customers c USING (ledger_no) " +
        "WHERE l.ledger_no = $1 AND c.customer_no = $2";

    // In order of seq, each with the instant of its verification and, while it has failed, its confirmed hash.
    private const string ReadRecords =
        "SELECT b.verified_at, f.confirmed_leaf, " + RecordReader.Columns + " FROM records r " +
        "LEFT JOIN LATERAL (SELECT t.verified_at FROM blocks t WHERE t.ledger_no = r.ledger_no AND t.first_index <= r.ledger_index " +
        "  ORDER BY t.first_index DESC LIMIT 1) b ON true " +
        "LEFT JOIN record_failures f ON f.ledger_no = r.ledger_no AND f.ledger_index = r.ledger_index AND f.healed_at IS NULL AND f.ledger_index <> $6 " +
        "WHERE r.ledger_no = $1 AND r.customer_no = $2 AND r.seq >= $3 AND r.seq < $4 AND r.ledger_index < $5 ORDER BY r.seq";

    /// <summary>Counts a month's sealed records anew from the stored rows and makes its tree's right edge again.</summary>
    /// <remarks>
    /// Every row is hashed again and must continue the one before; the last must be under its block's root in the log, which
    /// vouches for all of them, since each hash holds the one before. Long months take as long as reading them takes; the
    /// sealer goes on meanwhile, and only the last step, over what it sealed in between, holds the month's row.
    /// </remarks>
    /// <param name="month">As <see cref="CustomerMonth"/> counts.</param>
    /// <returns>True when the month has an edge to close it from; false when it holds a record that has failed, or whose row
    /// is not what was sealed: then the counts leave it out and there is no edge.</returns>
    public Task<bool> RebuildMonthAsync(int ledgerNo, int customerNo, int month, CancellationToken ct) =>
        RebuildMonthAsync(ledgerNo, customerNo, month, null, null, ct);

    /// <param name="healing">Ledger index of a failed record that counts as healed.</param>
    /// <param name="finish">What else belongs into the transaction of the last step.</param>
    internal async Task<bool> RebuildMonthAsync(
        int ledgerNo, int customerNo, int month, long? healing, Func<NpgsqlConnection, Task>? finish, CancellationToken ct)
    {
        var window = CustomerMonth.PeriodOf(month).Window;
        await using var connection = await database.OpenConnectionAsync(ct);
        string ledgerId;
        string customerId;
        long firstSeq;
        long endSeq;
        await using (var edges = Sql.Command(connection, MonthEdges, ledgerNo, customerNo, window.Start, window.End))
        await using (var row = await edges.ExecuteReaderAsync(ct))
        {
            if (!await row.ReadAsync(ct)) return false;
            (ledgerId, customerId, firstSeq, endSeq) = (row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3));
        }

        var count = new MonthCount(window, new SealedCustomer(ledgerNo, customerNo, customerId), ledgerId, ids, firstSeq, healing);
        await AddVerifiedBeforeAsync(connection, count, ct);
        var sealedIndex = await SealedIndexAsync(connection, ledgerNo, ct);
        await AddAsync(connection, count, firstSeq, endSeq, sealedIndex, ct);

        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        await using (var lockMonth = Sql.Command(connection, LockMonth, ledgerNo, customerNo, month)) await lockMonth.ExecuteNonQueryAsync(ct);

        // From here on no tick that touches this month can commit, so what is sealed now is what the month holds.
        sealedIndex = await SealedIndexAsync(connection, ledgerNo, ct);
        await using (var edges = Sql.Command(connection, MonthEdges, ledgerNo, customerNo, window.Start, window.End))
        await using (var row = await edges.ExecuteReaderAsync(ct))
        {
            await row.ReadAsync(ct);
            endSeq = row.GetInt64(3);
        }

        await AddAsync(connection, count, count.NextSeq, endSeq, sealedIndex, ct);
        var isVouchedFor = count.IsSound && await IsLastSealedAsync(connection, count, ct);
        await using (var replace = Replace(connection, count, month, isVouchedFor)) await replace.ExecuteNonQueryAsync(ct);
        await DayRollups.ReplaceAsync(connection, count, ct);
        if (finish is not null) await finish(connection);
        await transaction.CommitAsync(ct);
        return isVouchedFor;
    }

    /// <summary>What a tick adds, as one statement.</summary>
    /// <param name="months">In the order of the key.</param>
    /// <param name="macs">Seals the edges.</param>
    internal static NpgsqlBatchCommand Upsert(MonthChange[] months, FrontierMac macs)
    {
        var frontiers = Array.ConvertAll(months, m => m.Edge?.Frontier.ToBytes() ?? []);
        var sealedBy = new byte[months.Length][];
        for (var i = 0; i < months.Length; i++)
        {
            sealedBy[i] = months[i].Edge is { } edge
                ? macs.Of(months[i].Customer.LedgerNo, months[i].Customer.CustomerNo, edge.Month, edge.FirstSeq, frontiers[i]) : [];
        }

        return Sql.BatchCommand(
            UpsertMonths, Array.ConvertAll(months, m => m.Customer.LedgerNo), Array.ConvertAll(months, m => m.Customer.CustomerNo),
            Array.ConvertAll(months, m => m.Month), Array.ConvertAll(months, m => m.RecordCount), Array.ConvertAll(months, m => m.VerifiedCount),
            Array.ConvertAll(months, m => m.Net.Value), Array.ConvertAll(months, m => m.Increases.Value), Array.ConvertAll(months, m => m.Decreases.Value),
            Array.ConvertAll(months, m => m.Closing.Value),
            Array.ConvertAll(months, m => m.RecordCount > 0 ? m.FirstSeq : (long?)null), Array.ConvertAll(months, m => m.RecordCount > 0 ? m.LastSeq : (long?)null),
            Array.ConvertAll(months, m => m.RecordCount > 0 ? m.FirstAt : (Timestamp?)null),
            Array.ConvertAll(months, m => m.RecordCount > 0 ? m.LastAt : (Timestamp?)null),
            Array.ConvertAll(months, m => m.Unit), Array.ConvertAll(months, m => m.HasMixedUnits), frontiers, sealedBy);
    }

    /// <summary>Records accepted before the month and verified in it: the few at its start, looked for backwards.</summary>
    private static async Task AddVerifiedBeforeAsync(NpgsqlConnection connection, MonthCount count, CancellationToken ct)
    {
        const int step = 256;
        for (var end = count.FirstSeq; end > 1; end -= step)
        {
            var reached = false;
            await using var command = Sql.Command(
                connection, ReadRecords, count.Customer.LedgerNo, count.Customer.CustomerNo, Math.Max(1, end - step), end, long.MaxValue,
                count.Healing);
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
            {
                if (row.IsDBNull(0)) continue;
                var verifiedAt = RecordReader.ReadTimestamp(row, 0);
                reached |= verifiedAt < count.Window.Start;
                if (row.IsDBNull(1)) count.AddVerified(verifiedAt);
            }

            if (reached) return;
        }
    }

    private static async Task AddAsync(NpgsqlConnection connection, MonthCount count, long firstSeq, long endSeq, long sealedIndex, CancellationToken ct)
    {
        await using var command = Sql.Command(connection, ReadRecords, count.Customer.LedgerNo, count.Customer.CustomerNo, firstSeq, endSeq, sealedIndex, count.Healing);
        command.CommandTimeout = 0;
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var verifiedAt = RecordReader.ReadTimestamp(row, 0);
            try
            {
                count.Add(RecordReader.Read(row, 2), row.IsDBNull(1) ? null : RecordReader.ReadHash(row, 1), verifiedAt);
            }
            catch (StoredRecordException)
            {
                count.AddUnreadable();
            }
        }
    }

    private static async Task<bool> IsLastSealedAsync(NpgsqlConnection connection, MonthCount count, CancellationToken ct) =>
        count.LastIndex is not { } index || await SealedBlocks.IsSealedAsync(connection, count.Customer.LedgerNo, index, count.LastLeaf, ct);

    private NpgsqlCommand Replace(NpgsqlConnection connection, MonthCount count, int month, bool isVouchedFor)
    {
        var (ledgerNo, customerNo, change) = (count.Customer.LedgerNo, count.Customer.CustomerNo, count.Change);
        var hasRecords = change.RecordCount > 0;
        var frontier = isVouchedFor && change.Edge is { } edge ? edge.Frontier.ToBytes() : [];
        return Sql.Command(
            connection, ReplaceMonth, ledgerNo, customerNo, month, change.RecordCount, count.VerifiedCount, change.Net.Value, change.Increases.Value,
            change.Decreases.Value, change.Closing.Value, hasRecords ? change.FirstSeq : DBNull.Value, hasRecords ? change.LastSeq : DBNull.Value,
            hasRecords ? change.FirstAt : DBNull.Value, hasRecords ? change.LastAt : DBNull.Value, (object?)change.Unit ?? DBNull.Value,
            change.HasMixedUnits, frontier, frontier.Length == 0 ? [] : macs.Of(ledgerNo, customerNo, month, count.FirstSeq, frontier));
    }

    private static async Task<long> SealedIndexAsync(NpgsqlConnection connection, int ledgerNo, CancellationToken ct)
    {
        await using var command = Sql.Command(connection, SealedIndex, ledgerNo);
        return await command.ExecuteScalarAsync(ct) as long? ?? 0;
    }
}
