using System.Runtime.CompilerServices;
using Npgsql;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Records;

/// <summary>The narrow part of a record that a window's sums, chain and tree need.</summary>
public readonly record struct WindowRow(
    long Seq, Timestamp AcceptedAt, Amount Delta, Amount BalanceAfter, Hash Leaf, Hash Prev, string? Unit);

/// <summary>Which of a customer's records a window holds, by number.</summary>
/// <param name="FirstSeq">One more than the last record before the window.</param>
/// <param name="LastSeq">One less than <paramref name="FirstSeq"/> when the window is empty.</param>
/// <param name="KnownLastSeq">The greatest number that is stored or was ever sealed: when nothing of it is stored, records
/// are missing.</param>
public sealed record WindowEdges(long FirstSeq, long LastSeq, long KnownLastSeq)
{
    public long Count => LastSeq - FirstSeq + 1;
}

/// <summary>The rollup of one customer and month as it was stored; nothing here says that its MAC holds.</summary>
/// <param name="Month">year × 12 + month - 1</param>
/// <param name="RecordCount">Sealed records accepted in the month.</param>
/// <param name="VerifiedCount">Records whose verification completed in the month.</param>
public sealed record StoredMonth(
    int LedgerNo, int CustomerNo, int Month, long RecordCount, long VerifiedCount, decimal Net, decimal Increases, decimal Decreases, decimal Closing,
    long? FirstSeq, long? LastSeq, DateTimeOffset? FirstAt, DateTimeOffset? LastAt, string? Unit, bool HasMixedUnits, byte[] Frontier, byte[] FrontierMac);

/// <summary>Reads what lies in a window of one customer: its edges by search, its rollup, its rows as a stream.</summary>
public sealed class WindowReader(NpgsqlDataSource database)
{
    internal const string MonthColumns =
        "m.ledger_no, m.customer_no, m.month, m.record_count, m.verified_count, m.net, m.increases, m.decreases, m.closing, m.first_seq, m.last_seq, " +
        "m.first_at, m.last_at, m.unit, m.mixed_units, m.frontier, m.frontier_mac";

    // Two searches of some two dozen index probes each, whatever the number of records.
    private const string FindEdges =
        "SELECT seq_at($1, $2, $3), seq_at($1, $2, $4) - 1, " +
        "greatest((SELECT max(seq) FROM records WHERE ledger_no = $1 AND customer_no = $2), " +
        "(SELECT max(last_seq) FROM customer_months WHERE ledger_no = $1 AND customer_no = $2), 0)";

    private const string Rows =
        "SELECT r.seq, r.accepted_at, r.delta, r.balance_after, r.leaf, r.prev, r.unit, r.ledger_index FROM records r " +
        "WHERE r.ledger_no = $1 AND r.customer_no = $2 AND r.seq BETWEEN $3 AND $4 ORDER BY r.seq";

    public static Question<WindowEdges> Edges(int ledgerNo, int customerNo, Window window) => Question.Row(
        row => new WindowEdges(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), FindEdges, ledgerNo, customerNo, window.Start, window.End);

    /// <param name="on">Given inside a transaction.</param>
    public Task<WindowEdges> EdgesAsync(int ledgerNo, int customerNo, Window window, CancellationToken ct, NpgsqlConnection? on = null) =>
        on is null ? Edges(ledgerNo, customerNo, window).AskAsync(database, ct) : Edges(ledgerNo, customerNo, window).AskAsync(on, ct);

    /// <param name="month">As <c>CustomerMonth</c> counts.</param>
    public async Task<StoredMonth?> MonthAsync(int ledgerNo, int customerNo, int month, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "SELECT " + MonthColumns + " FROM customer_months m WHERE m.ledger_no = $1 AND m.customer_no = $2 AND m.month = $3");
        command.Parameters.Add(new() { Value = ledgerNo });
        command.Parameters.Add(new() { Value = customerNo });
        command.Parameters.Add(new() { Value = month });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? ReadMonth(row) : null;
    }

    /// <summary>The rows with <paramref name="firstSeq"/> ≤ seq ≤ <paramref name="lastSeq"/> in order, streamed.</summary>
    /// <exception cref="StoredRecordException">A column holds what no record can hold.</exception>
    public async IAsyncEnumerable<WindowRow> RowsAsync(
        int ledgerNo, int customerNo, long firstSeq, long lastSeq, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = Range(Rows, ledgerNo, customerNo, firstSeq, lastSeq);
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) yield return ReadRow(row, ledgerNo);
    }

    /// <summary>Number and leaf hash of each record in the range, in order, streamed.</summary>
    public async IAsyncEnumerable<(long Seq, Hash Leaf)> LeavesAsync(
        int ledgerNo, int customerNo, long firstSeq, long lastSeq, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = Range(
            "SELECT r.seq, r.leaf FROM records r WHERE r.ledger_no = $1 AND r.customer_no = $2 AND r.seq BETWEEN $3 AND $4 " +
            "AND length(r.leaf) = 32 ORDER BY r.seq",
            ledgerNo, customerNo, firstSeq, lastSeq);
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) yield return (row.GetInt64(0), RecordReader.ReadHash(row, 1));
    }

    /// <summary>Sums of the positive and of the negative deltas of a range; reads its rows.</summary>
    public async Task<(decimal Increases, decimal Decreases)> SumsAsync(int ledgerNo, int customerNo, long firstSeq, long lastSeq, CancellationToken ct)
    {
        await using var command = Range(
            "SELECT coalesce(sum(r.delta) FILTER (WHERE r.delta > 0), 0), coalesce(sum(r.delta) FILTER (WHERE r.delta < 0), 0) FROM records r " +
            "WHERE r.ledger_no = $1 AND r.customer_no = $2 AND r.seq BETWEEN $3 AND $4",
            ledgerNo, customerNo, firstSeq, lastSeq);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return (row.GetDecimal(0), row.GetDecimal(1));
    }

    /// <summary>Whole records by number, ascending; those that are not stored are left out.</summary>
    /// <exception cref="StoredRecordException">A column holds what no record can hold.</exception>
    public async Task<IReadOnlyList<StoredRecord>> RecordsAsync(int ledgerNo, int customerNo, IReadOnlyCollection<long> seqs, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "SELECT " + RecordReader.Columns + " FROM records r WHERE r.ledger_no = $1 AND r.customer_no = $2 AND r.seq = ANY($3) ORDER BY r.seq");
        command.Parameters.Add(new() { Value = ledgerNo });
        command.Parameters.Add(new() { Value = customerNo });
        command.Parameters.Add(new() { Value = seqs.ToArray() });
        await using var row = await command.ExecuteReaderAsync(ct);
        var records = new List<StoredRecord>(seqs.Count);
        while (await row.ReadAsync(ct)) records.Add(RecordReader.Read(row));
        return records;
    }

    /// <summary>Number, time and delta of chosen records, ascending; those that are not stored are left out.</summary>
    public static Question<List<(long Seq, Timestamp AcceptedAt, decimal Delta)>> Deltas(int ledgerNo, int customerNo, IReadOnlyCollection<long> seqs) => Question.Rows(
        row => (row.GetInt64(0), RecordReader.ReadTimestamp(row, 1), row.GetDecimal(2)),
        "SELECT r.seq, r.accepted_at, r.delta FROM records r WHERE r.ledger_no = $1 AND r.customer_no = $2 AND r.seq = ANY($3) ORDER BY r.seq",
        ledgerNo, customerNo, seqs.ToArray());

    /// <summary>Ledger indexes of records in the range that are FAILED at present, at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<(long LedgerIndex, long Seq)>> FailuresAsync(
        int ledgerNo, int customerNo, long firstSeq, long lastSeq, int limit, CancellationToken ct)
    {
        await using var command = Range(
            "SELECT f.ledger_index, f.seq FROM record_failures f WHERE f.ledger_no = $1 AND f.customer_no = $2 AND f.seq BETWEEN $3 AND $4 " +
            "AND f.healed_at IS NULL ORDER BY f.seq LIMIT $5",
            ledgerNo, customerNo, firstSeq, lastSeq);
        command.Parameters.Add(new() { Value = limit });
        await using var row = await command.ExecuteReaderAsync(ct);
        var failures = new List<(long, long)>();
        while (await row.ReadAsync(ct)) failures.Add((row.GetInt64(0), row.GetInt64(1)));
        return failures;
    }

    /// <summary>The last record of the ledger that is sealed, with its customer's id; null when none is, or its row is gone or
    /// damaged.</summary>
    public async Task<(StoredRecord Record, string CustomerId)?> LastSealedAsync(int ledgerNo, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "SELECT " + RecordReader.Columns + ", c.customer_id FROM ledger_seals s " +
            "JOIN records r ON r.ledger_no = s.ledger_no AND r.ledger_index = s.sealed_index - 1 " +
            "JOIN customers c ON c.ledger_no = r.ledger_no AND c.customer_no = r.customer_no WHERE s.ledger_no = $1");
        command.Parameters.Add(new() { Value = ledgerNo });
        await using var row = await command.ExecuteReaderAsync(ct);
        try
        {
            return await row.ReadAsync(ct) ? (RecordReader.Read(row), row.GetString(RecordReader.ColumnCount)) : null;
        }
        catch (StoredRecordException)
        {
            return null;
        }
    }

    /// <summary>When the block that holds a record was sealed; null while it is in none.</summary>
    public async Task<Timestamp?> SealedAtAsync(int ledgerNo, long ledgerIndex, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "SELECT sealed_at FROM blocks WHERE ledger_no = $1 AND first_index <= $2 AND first_index + record_count > $2 ORDER BY first_index DESC LIMIT 1");
        command.Parameters.Add(new() { Value = ledgerNo });
        command.Parameters.Add(new() { Value = ledgerIndex });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? RecordReader.ReadTimestamp(row, 0) : null;
    }

    /// <summary>The number of the customer's last record that is sealed; 0 when none is.</summary>
    public async Task<long> LastSealedSeqAsync(int ledgerNo, int customerNo, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "SELECT r.seq FROM records r JOIN ledger_seals s ON s.ledger_no = r.ledger_no WHERE r.ledger_no = $1 AND r.customer_no = $2 " +
            "AND r.ledger_index < s.sealed_index ORDER BY r.seq DESC LIMIT 1");
        command.Parameters.Add(new() { Value = ledgerNo });
        command.Parameters.Add(new() { Value = customerNo });
        return await command.ExecuteScalarAsync(ct) as long? ?? 0;
    }

    internal static StoredMonth ReadMonth(NpgsqlDataReader row, int at = 0) => new(
        row.GetInt32(at), row.GetInt32(at + 1), row.GetInt32(at + 2), row.GetInt64(at + 3), row.GetInt64(at + 4),
        row.GetDecimal(at + 5), row.GetDecimal(at + 6), row.GetDecimal(at + 7), row.GetDecimal(at + 8),
        row.IsDBNull(at + 9) ? null : row.GetInt64(at + 9), row.IsDBNull(at + 10) ? null : row.GetInt64(at + 10),
        row.IsDBNull(at + 11) ? null : row.GetFieldValue<DateTimeOffset>(at + 11), row.IsDBNull(at + 12) ? null : row.GetFieldValue<DateTimeOffset>(at + 12),
        row.IsDBNull(at + 13) ? null : row.GetString(at + 13), row.GetBoolean(at + 14), row.GetFieldValue<byte[]>(at + 15), row.GetFieldValue<byte[]>(at + 16));

    private static WindowRow ReadRow(NpgsqlDataReader row, int ledgerNo)
    {
        try
        {
            return new WindowRow(
                row.GetInt64(0), RecordReader.ReadTimestamp(row, 1), Amount.FromDecimal(row.GetDecimal(2)), Amount.FromDecimal(row.GetDecimal(3)),
                RecordReader.ReadHash(row, 4), RecordReader.ReadHash(row, 5), row.IsDBNull(6) ? null : row.GetString(6));
        }
        catch (Exception e) when (e is OverflowException or ArgumentException or InvalidCastException)
        {
            throw new StoredRecordException(ledgerNo, row.GetInt64(7), e);
        }
    }

    private NpgsqlCommand Range(string sql, int ledgerNo, int customerNo, long firstSeq, long lastSeq)
    {
        var command = database.CreateCommand(sql);
        command.CommandTimeout = 0; // as long as the caller waits; a cancelled request cancels it
        command.Parameters.Add(new() { Value = ledgerNo });
        command.Parameters.Add(new() { Value = customerNo });
        command.Parameters.Add(new() { Value = firstSeq });
        command.Parameters.Add(new() { Value = lastSeq });
        return command;
    }
}
