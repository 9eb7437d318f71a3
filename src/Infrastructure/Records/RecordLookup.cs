using Npgsql;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Records;

/// <summary>A record with what became of it: sealed, failed, in a completed checkpoint.</summary>
/// <param name="Block">The block that holds it, once a signed tree head covers it.</param>
/// <param name="FailedAt">When its row was found not to reproduce its hash; null again once the content is restored.</param>
/// <param name="IsCheckpointed">In a completed checkpoint: the portal's word <i>verified</i>.</param>
/// <param name="AdjustsReferenceId">The <c>referenceId</c> of the record that this one adjusts.</param>
public sealed record RecordWithState(
    StoredRecord Record, string LedgerId, string CustomerId, SealedBlock? Block, DateTimeOffset? FailedAt, bool IsCheckpointed, string? AdjustsReferenceId)
{
    /// <summary>The API's VERIFIED: under a signed tree head, and its row reproduces its hash.</summary>
    public bool IsSealed => Block is not null && FailedAt is null;
}

/// <summary>Consecutive records of one ledger, sealed together.</summary>
/// <param name="TreeSize">Of the tree head under which the block was sealed.</param>
public sealed record SealedBlock(
    long FirstIndex, int RecordCount, Hash Root, long LogIndex, long TreeSize, DateTimeOffset SealedAt, DateTimeOffset VerifiedAt);

/// <summary>Reads records with their state, by place and by sequence. Each is one statement over indexes.</summary>
public sealed class RecordLookup(NpgsqlDataSource database)
{
    private const string BeforeCovered =
        RecordReader.Columns + ", l.ledger_id, c.customer_id, b.first_index, b.record_count, b.root, b.log_index, b.tree_size, " +
        "b.sealed_at, b.verified_at, f.detected_at, ";

    private const string BehindCovered =
        ", a.reference_id FROM records r JOIN ledgers l ON l.ledger_no = r.ledger_no " +
        "JOIN ledger_seals s ON s.ledger_no = r.ledger_no " +
        "JOIN customers c ON c.ledger_no = r.ledger_no AND c.customer_no = r.customer_no " +
        "LEFT JOIN LATERAL (SELECT * FROM blocks t WHERE t.ledger_no = r.ledger_no AND t.first_index <= r.ledger_index " +
        "  ORDER BY t.first_index DESC LIMIT 1) b ON r.ledger_index < s.sealed_index " +
        "LEFT JOIN record_failures f ON f.ledger_no = r.ledger_no AND f.ledger_index = r.ledger_index AND f.healed_at IS NULL " +
        "LEFT JOIN records a ON a.ledger_no = r.ledger_no AND a.ledger_index = r.adjusts_index ";

    private const string One =
        "SELECT " + BeforeCovered + "EXISTS (SELECT 1 FROM checkpoints t WHERE t.ledger_no = r.ledger_no AND t.customer_no = r.customer_no " +
        "AND t.verified_at IS NOT NULL AND r.seq BETWEEN t.first_seq AND t.last_seq AND (t.mode = 'all' OR r.seq = ANY (t.selected_seqs)))" + BehindCovered +
        "WHERE r.ledger_no = $1 AND r.ledger_index = $2 AND l.tenant_id = $3 AND l.environment = $4";

    // The numbers (w) are found first and once. What the customer's checkpoints cover is put together once too, however many rows
    // are looked at.
    private const string InRange =
        "), done AS MATERIALIZED (SELECT t.mode, t.first_seq, t.last_seq, t.selected_seqs FROM checkpoints t " +
        "  WHERE t.ledger_no = $1 AND t.customer_no = $2 AND t.verified_at IS NOT NULL AND t.record_count > 0 " +
        "  AND t.last_seq >= (SELECT first FROM w) AND t.first_seq <= (SELECT last FROM w)), " +
        "covered AS MATERIALIZED (SELECT (SELECT range_agg(int8range(first_seq, last_seq, '[]')) FROM done WHERE mode = 'all') AS ranges, " +
        "  ARRAY (SELECT DISTINCT seq FROM done, unnest(selected_seqs) seq WHERE mode = 'selected' " +
        "    AND seq BETWEEN (SELECT first FROM w) AND (SELECT last FROM w)) AS seqs) " +
        "SELECT " + BeforeCovered + "coalesce(r.seq <@ k.ranges, false) OR r.seq = ANY (k.seqs)" + BehindCovered +
        "CROSS JOIN covered k WHERE r.ledger_no = $1 AND r.customer_no = $2 AND r.seq BETWEEN (SELECT first FROM w) AND (SELECT last FROM w) ORDER BY r.seq ";

    private const string Ascending = "ASC LIMIT $3";
    private const string NewestFirst = "DESC LIMIT $3";

    private const string Numbers = "WITH w AS MATERIALIZED (SELECT $4::bigint AS first, $5::bigint AS last";

    private const string NumbersOfWindow = "WITH w AS MATERIALIZED (SELECT seq_at($1, $2, $4) AS first, least(seq_at($1, $2, $5), $6::bigint) - 1 AS last";

    private const string NumbersOfCheckpoint =
        "WITH w AS MATERIALIZED (SELECT greatest(first_seq, $5::bigint) AS first, last_seq AS last FROM checkpoints " +
        "WHERE ledger_no = $1 AND customer_no = $2 AND checkpoint_id = $4";

    /// <summary>A record of this tenant and environment, or null.</summary>
    public async Task<RecordWithState?> FindAsync(string tenantId, string environment, int ledgerNo, long ledgerIndex, CancellationToken ct)
    {
        await using var command = database.CreateCommand(One);
        command.Parameters.Add(new() { Value = ledgerNo });
        command.Parameters.Add(new() { Value = ledgerIndex });
        command.Parameters.Add(new() { Value = tenantId });
        command.Parameters.Add(new() { Value = environment });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? Read(row) : null;
    }

    /// <summary>Records of one customer with <paramref name="firstSeq"/> ≤ seq ≤ <paramref name="lastSeq"/>, at most
    /// <paramref name="limit"/> of them, ascending or newest first.</summary>
    public static Question<List<RecordWithState>> Range(int ledgerNo, int customerNo, long firstSeq, long lastSeq, int limit, bool newestFirst) =>
        Question.Rows(Read, Numbers + InRange + (newestFirst ? NewestFirst : Ascending), ledgerNo, customerNo, limit, firstSeq, lastSeq);

    /// <summary>The newest records of a window, newest first.</summary>
    /// <param name="before">Only records with a lower number.</param>
    public static Question<List<RecordWithState>> Newest(int ledgerNo, int customerNo, Window window, long before, int limit) =>
        Question.Rows(Read, NumbersOfWindow + InRange + NewestFirst, ledgerNo, customerNo, limit, window.Start, window.End, before);

    /// <summary>The records between the first and the last of a checkpoint of this customer, ascending.</summary>
    /// <param name="from">Only records with this number or a higher one.</param>
    public static Question<List<RecordWithState>> OfCheckpoint(int ledgerNo, int customerNo, string checkpointId, long from, int limit) =>
        Question.Rows(Read, NumbersOfCheckpoint + InRange + Ascending, ledgerNo, customerNo, limit, checkpointId, from);

    /// <inheritdoc cref="Range"/>
    public Task<List<RecordWithState>> RangeAsync(
        int ledgerNo, int customerNo, long firstSeq, long lastSeq, int limit, bool newestFirst, CancellationToken ct) =>
        Range(ledgerNo, customerNo, firstSeq, lastSeq, limit, newestFirst).AskAsync(database, ct);

    /// <summary>The stored leaf hashes of consecutive records of a ledger, in its order; fewer where rows are missing.</summary>
    public async Task<Hash[]> LeavesAsync(int ledgerNo, long firstIndex, int count, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "SELECT leaf FROM records WHERE ledger_no = $1 AND ledger_index >= $2 AND ledger_index < $3 AND length(leaf) = 32 ORDER BY ledger_index");
        command.Parameters.Add(new() { Value = ledgerNo });
        command.Parameters.Add(new() { Value = firstIndex });
        command.Parameters.Add(new() { Value = firstIndex + count });
        await using var row = await command.ExecuteReaderAsync(ct);
        var leaves = new List<Hash>(count);
        while (await row.ReadAsync(ct)) leaves.Add(RecordReader.ReadHash(row, 0));
        return [.. leaves];
    }

    private static RecordWithState Read(NpgsqlDataReader row)
    {
        const int at = RecordReader.ColumnCount;
        var block = row.IsDBNull(at + 2)
            ? null
            : new SealedBlock(
                row.GetInt64(at + 2), row.GetInt32(at + 3), RecordReader.ReadHash(row, at + 4), row.GetInt64(at + 5), row.GetInt64(at + 6),
                row.GetFieldValue<DateTimeOffset>(at + 7), row.GetFieldValue<DateTimeOffset>(at + 8));
        return new RecordWithState(
            RecordReader.Read(row), row.GetString(at), row.GetString(at + 1), block,
            row.IsDBNull(at + 9) ? null : row.GetFieldValue<DateTimeOffset>(at + 9),
            row.GetBoolean(at + 10), row.IsDBNull(at + 11) ? null : row.GetString(at + 11));
    }
}
