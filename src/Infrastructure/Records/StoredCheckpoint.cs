using Npgsql;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Records;

/// <summary>A row of <c>checkpoints</c> with the customer whose records it covers.</summary>
public sealed record StoredCheckpoint
{
    public required string CheckpointId { get; init; }
    public required CustomerRow Customer { get; init; }
    public required CheckpointMode Mode { get; init; }

    /// <summary>api, dashboard, automation or receipt.</summary>
    public required string Trigger { get; init; }

    /// <summary>The run that committed it.</summary>
    public string? RunId { get; init; }

    public required Window Window { get; init; }
    public required Timestamp AsOf { get; init; }
    public required Timestamp CoveredThrough { get; init; }
    public required long RecordCount { get; init; }
    public required long FirstSeq { get; init; }
    public required long LastSeq { get; init; }
    public Timestamp? FirstRecordAt { get; init; }
    public Timestamp? LastRecordAt { get; init; }
    public required Amount Opening { get; init; }
    public required Amount Net { get; init; }
    public required Amount Closing { get; init; }

    /// <summary>Sum of the positive deltas.</summary>
    public required Amount Increases { get; init; }

    /// <summary>Sum of the negative deltas; not above zero.</summary>
    public required Amount Decreases { get; init; }

    public string? Unit { get; init; }

    /// <summary>The vendor's name as buyers saw it at the commit.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>The canonical statement, as it was hashed.</summary>
    public required string Statement { get; init; }

    public required Salt Salt { get; init; }
    public required Hash ProofRoot { get; init; }

    /// <summary>The chosen records; null for <see cref="CheckpointMode.All"/>.</summary>
    public IReadOnlyList<long>? SelectedSeqs { get; init; }

    public required Timestamp CreatedAt { get; init; }
    public long? LogIndex { get; init; }

    /// <summary>Size of the tree head under which it completed.</summary>
    public long? TreeSize { get; init; }

    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>First issue of its receipt.</summary>
    public DateTimeOffset? ReceiptIssuedAt { get; init; }

    /// <summary>Its root is under a signed tree head.</summary>
    public bool IsCompleted => VerifiedAt is not null;

    public string Environment => Customer.Ledger.Environment;
}

/// <summary>The one list of the table's columns and the one way from a row to a <see cref="StoredCheckpoint"/>.</summary>
public static class CheckpointReader
{
    private const string Own =
        "k.checkpoint_id, k.mode, k.trigger, k.checkpoint_run_id, k.start_at, k.end_at, k.as_of, k.covered_through, k.record_count, k.first_seq, " +
        "k.last_seq, k.first_record_at, k.last_record_at, k.opening, k.net, k.closing, k.increases, k.decreases, k.unit, k.recorded_by, k.statement, " +
        "k.salt, k.proof_root, k.selected_seqs, k.created_at, k.log_index, k.tree_size, k.verified_at, k.receipt_issued_at";

    private const int OwnCount = 29;

    /// <summary>In the order of <see cref="Read"/>; k is the checkpoint, c its customer, l the ledger.</summary>
    public const string Select = "SELECT " + Own + ", " + CustomerLookup.Columns + " FROM checkpoints k " +
        "JOIN customers c ON c.ledger_no = k.ledger_no AND c.customer_no = k.customer_no " +
        "JOIN ledgers l ON l.ledger_no = k.ledger_no JOIN tenants t ON t.tenant_id = l.tenant_id " +
        "LEFT JOIN vendor_accounts v ON v.vendor_account_id = l.vendor_account_id ";

    public static StoredCheckpoint Read(NpgsqlDataReader row) => new()
    {
        CheckpointId = row.GetString(0),
        Mode = row.GetString(1) == "selected" ? CheckpointMode.Selected : CheckpointMode.All,
        Trigger = row.GetString(2),
        RunId = row.IsDBNull(3) ? null : row.GetString(3),
        Window = new Window(RecordReader.ReadTimestamp(row, 4), RecordReader.ReadTimestamp(row, 5)),
        AsOf = RecordReader.ReadTimestamp(row, 6),
        CoveredThrough = RecordReader.ReadTimestamp(row, 7),
        RecordCount = row.GetInt64(8),
        FirstSeq = row.GetInt64(9),
        LastSeq = row.GetInt64(10),
        FirstRecordAt = row.IsDBNull(11) ? null : RecordReader.ReadTimestamp(row, 11),
        LastRecordAt = row.IsDBNull(12) ? null : RecordReader.ReadTimestamp(row, 12),
        Opening = Amount.FromDecimal(row.GetDecimal(13)),
        Net = Amount.FromDecimal(row.GetDecimal(14)),
        Closing = Amount.FromDecimal(row.GetDecimal(15)),
        Increases = Amount.FromDecimal(row.GetDecimal(16)),
        Decreases = Amount.FromDecimal(row.GetDecimal(17)),
        Unit = row.IsDBNull(18) ? null : row.GetString(18),
        RecordedBy = row.GetString(19),
        Statement = row.GetString(20),
        Salt = RecordReader.ReadSalt(row, 21),
        ProofRoot = RecordReader.ReadHash(row, 22),
        SelectedSeqs = row.IsDBNull(23) ? null : row.GetFieldValue<long[]>(23),
        CreatedAt = RecordReader.ReadTimestamp(row, 24),
        LogIndex = row.IsDBNull(25) ? null : row.GetInt64(25),
        TreeSize = row.IsDBNull(26) ? null : row.GetInt64(26),
        VerifiedAt = row.IsDBNull(27) ? null : row.GetFieldValue<DateTimeOffset>(27),
        ReceiptIssuedAt = row.IsDBNull(28) ? null : row.GetFieldValue<DateTimeOffset>(28),
        Customer = CustomerLookup.Read(row, OwnCount),
    };
}

/// <summary>Finds single checkpoints, each by one statement over an index; <c>on</c> is given inside a transaction.</summary>
public sealed class CheckpointLookup(NpgsqlDataSource database)
{
    public static Question<StoredCheckpoint?> Of(string checkpointId) => One("WHERE k.checkpoint_id = $1", checkpointId);

    /// <summary>Of a closed window: the one that is given for ever.</summary>
    public static Question<StoredCheckpoint?> Of(int ledgerNo, int customerNo, Hash identity) =>
        One("WHERE k.ledger_no = $1 AND k.customer_no = $2 AND k.identity = $3", ledgerNo, customerNo, identity);

    /// <summary>The newest completed one that was asked for with this scope.</summary>
    public static Question<StoredCheckpoint?> NewestCompleted(int ledgerNo, int customerNo, Hash scopeIdentity) => One(
        "WHERE k.ledger_no = $1 AND k.customer_no = $2 AND k.scope_identity = $3 AND k.verified_at IS NOT NULL ORDER BY k.created_at DESC, k.as_of DESC LIMIT 1",
        ledgerNo, customerNo, scopeIdentity);

    public Task<StoredCheckpoint?> FindAsync(string checkpointId, CancellationToken ct) => Of(checkpointId).AskAsync(database, ct);

    public Task<StoredCheckpoint?> FindAsync(Hash proofRoot, CancellationToken ct) => One("WHERE k.proof_root = $1", proofRoot).AskAsync(database, ct);

    /// <summary>Of a closed window: the one that is given for ever.</summary>
    public Task<StoredCheckpoint?> FindAsync(int ledgerNo, int customerNo, Hash identity, CancellationToken ct, NpgsqlConnection? on = null) =>
        AskAsync(Of(ledgerNo, customerNo, identity), on, ct);

    /// <summary>The newest one that was asked for with this scope, closed or as of some instant.</summary>
    public Task<StoredCheckpoint?> FindNewestAsync(int ledgerNo, int customerNo, Hash scopeIdentity, CancellationToken ct, NpgsqlConnection? on = null) => AskAsync(
        One("WHERE k.ledger_no = $1 AND k.customer_no = $2 AND k.scope_identity = $3 ORDER BY k.created_at DESC, k.as_of DESC LIMIT 1", ledgerNo, customerNo, scopeIdentity), on, ct);

    private static Question<StoredCheckpoint?> One(string where, params object?[] values) =>
        Question.RowOrNull(CheckpointReader.Read, CheckpointReader.Select + where, values);

    private Task<StoredCheckpoint?> AskAsync(Question<StoredCheckpoint?> question, NpgsqlConnection? on, CancellationToken ct) =>
        on is null ? question.AskAsync(database, ct) : question.AskAsync(on, ct);
}
