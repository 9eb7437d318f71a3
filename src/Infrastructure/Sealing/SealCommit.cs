using System.Buffers.Binary;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>The one transaction in which everything that a tree head says becomes true.</summary>
/// <remarks>
/// Statements, whatever the number of records: (1) begin, the guarded step of <c>log_state</c>, and with it all small tables
/// as arrays; (2) one COPY for the places of submissions; (3) commit. It goes through the session that holds the sealer's
/// lock, so it fails when that is gone; the guard on <c>log_state.size</c> is the second line.
/// </remarks>
internal static class SealCommit
{
    private const string MoveLog =
        "UPDATE log_state SET size = $3 WHERE environment = $1 AND size = $2 AND NOT do_not_write";

    private const string InsertHead = "INSERT INTO tree_heads (environment, size, root, note, signed_at) VALUES ($1, $2, $3, $4, $5)";

    private const string InsertNodes =
        "INSERT INTO log_nodes (environment, level, node_index, hash) SELECT $1, * FROM unnest($2::smallint[], $3::bigint[], $4::bytea[])";

    private const string InsertEntries =
        "INSERT INTO log_entries (environment, log_index, entry, ledger_no, first_index, checkpoint_id) " +
        "SELECT $1, * FROM unnest($2::bigint[], $3::bytea[], $4::int[], $5::bigint[], $6::text[])";

    private const string InsertBlocks =
        "INSERT INTO blocks (ledger_no, first_index, record_count, environment, root, log_index, tree_size, sealed_at, verified_at) " +
        "SELECT l, f, n, $1, r, i, $7, $8, $9 FROM unnest($2::int[], $3::bigint[], $4::int[], $5::bytea[], $6::bigint[]) b(l, f, n, r, i)";

    private const string MoveLedgers =
        "UPDATE ledger_seals s SET sealed_index = k.sealed_index, stopped_reason = k.reason " +
        "FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::text[]) k(ledger_no, before, sealed_index, reason) " +
        "WHERE s.ledger_no = k.ledger_no AND s.sealed_index = k.before";

    private const string CompleteCheckpoints =
        "UPDATE checkpoints c SET log_index = k.log_index, tree_size = $3, verified_at = $4 " +
        "FROM unnest($1::text[], $2::bigint[]) k(checkpoint_id, log_index) WHERE c.checkpoint_id = k.checkpoint_id AND c.log_index IS NULL";

    private const string InsertFailures =
        "INSERT INTO record_failures AS f (ledger_no, ledger_index, customer_no, seq, confirmed_leaf, detected_at) " +
        "SELECT l, i, c, s, h, $6 FROM unnest($1::int[], $2::bigint[], $3::int[], $4::bigint[], $5::bytea[]) k(l, i, c, s, h) ON CONFLICT DO NOTHING";

    private const string MendRecords =
        "UPDATE records r SET leaf = k.leaf FROM unnest($1::int[], $2::bigint[], $3::bytea[]) k(ledger_no, ledger_index, leaf) " +
        "WHERE r.ledger_no = k.ledger_no AND r.ledger_index = k.ledger_index";

    private const string MendSubmissions =
        "UPDATE records r SET submission_root = k.root FROM unnest($1::int[], $2::bigint[], $3::int[], $4::bytea[]) k(ledger_no, first_index, record_count, root) " +
        "WHERE r.ledger_no = k.ledger_no AND r.ledger_index >= k.first_index AND r.ledger_index < k.first_index + k.record_count AND r.submission_root IS DISTINCT FROM k.root";

    private const string CopySubmissions = "COPY submission_roots (root_prefix, ledger_no, first_index, record_count) FROM STDIN (FORMAT BINARY)";

    /// <summary>Commits the plan under its signed head.</summary>
    /// <param name="sealedAt">When the plan was made.</param>
    /// <param name="verifiedAt">When it becomes true: the instant of this commit.</param>
    /// <exception cref="SealConflictException">The log is not where the plan began. Nothing was committed.</exception>
    public static async Task RunAsync(
        NpgsqlConnection connection, string environment, SealPlan plan, SignedTreeHead head, List<SealedSubmission> submissions,
        MonthChanges months, FrontierMac macs, Timestamp sealedAt, Timestamp verifiedAt, CancellationToken ct)
    {
        await using (var batch = new NpgsqlBatch(connection) { Timeout = SealSession.CommandTimeoutSeconds })
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN"));
            var moveLog = Sql.BatchCommand(MoveLog, environment, plan.Before.Size, plan.Size);
            batch.BatchCommands.Add(moveLog);
            AddLog(batch, environment, plan, head, verifiedAt);
            var (moveLedgers, ledgerCount) = AddLedgers(batch, environment, plan, sealedAt, verifiedAt);
            var (complete, checkpointCount) = AddCheckpoints(batch, plan, verifiedAt);
            AddRollups(batch, months, macs);
            AddDamage(batch, plan, verifiedAt);
            AddWebhooks(batch, environment, plan, verifiedAt);
            await batch.ExecuteNonQueryAsync(ct);
            if (moveLog.RecordsAffected != 1 || (moveLedgers?.RecordsAffected ?? 0) != ledgerCount
                || (complete?.RecordsAffected ?? 0) != checkpointCount)
                throw new SealConflictException($"The log of {environment} is not where it was at size {plan.Before.Size}.");
        }

        if (submissions.Count > 0)
        {
            await using var copy = await connection.BeginRawBinaryCopyAsync(CopySubmissions, ct);
            await copy.WriteAsync(Encode(submissions), ct);
        }

        await using var commit = new NpgsqlCommand("COMMIT", connection) { CommandTimeout = SealSession.CommandTimeoutSeconds };
        await commit.ExecuteNonQueryAsync(ct);
    }

    private static void AddLog(NpgsqlBatch batch, string environment, SealPlan plan, SignedTreeHead head, Timestamp signedAt)
    {
        batch.BatchCommands.Add(Sql.BatchCommand(InsertHead, environment, plan.Size, plan.Root, head.Note, signedAt));
        batch.BatchCommands.Add(Sql.BatchCommand(
            InsertNodes, environment, plan.Nodes.Select(n => (short)n.Place.Level).ToArray(), plan.Nodes.Select(n => n.Place.Index).ToArray(),
            plan.Nodes.Select(n => n.Hash).ToArray()));
        batch.BatchCommands.Add(Sql.BatchCommand(
            InsertEntries, environment, Enumerable.Range(0, plan.Entries.Count).Select(i => plan.Before.Size + i).ToArray(),
            plan.Entries.Select(e => e.Entry.ToArray()).ToArray(),
            plan.Entries.Select(e => (e as PlannedBlock)?.LedgerNo).ToArray(), plan.Entries.Select(e => (e as PlannedBlock)?.FirstIndex).ToArray(),
            plan.Entries.Select(e => (e as PlannedCheckpoint)?.CheckpointId).ToArray()));
    }

    private static (NpgsqlBatchCommand?, int) AddLedgers(NpgsqlBatch batch, string environment, SealPlan plan, Timestamp sealedAt, Timestamp verifiedAt)
    {
        if (plan.Blocks.Count == 0) return (null, 0);
        batch.BatchCommands.Add(Sql.BatchCommand(
            InsertBlocks, environment, plan.Blocks.Select(b => b.Planned.LedgerNo).ToArray(), plan.Blocks.Select(b => b.Planned.FirstIndex).ToArray(),
            plan.Blocks.Select(b => b.Planned.RecordCount).ToArray(), plan.Blocks.Select(b => b.Root).ToArray(),
            plan.Blocks.Select(b => b.LogIndex).ToArray(), plan.Size, sealedAt, verifiedAt));
        var moved = plan.Runs.Select(r => r.Decision).Where(d => d.Count > 0).ToList();
        var command = Sql.BatchCommand(
            MoveLedgers, moved.Select(d => d.Span.LedgerNo).ToArray(), moved.Select(d => d.Span.First).ToArray(), moved.Select(d => d.End).ToArray(),
            moved.Select(d => d.StopReason).ToArray());
        batch.BatchCommands.Add(command);
        return (command, moved.Count);
    }

    private static (NpgsqlBatchCommand?, int) AddCheckpoints(NpgsqlBatch batch, SealPlan plan, Timestamp verifiedAt)
    {
        var ids = new List<string>();
        var indexes = new List<long>();
        for (var i = 0; i < plan.Entries.Count; i++)
        {
            if (plan.Entries[i] is not PlannedCheckpoint checkpoint) continue;
            ids.Add(checkpoint.CheckpointId);
            indexes.Add(plan.Before.Size + i);
        }

        if (ids.Count == 0) return (null, 0);
        var command = Sql.BatchCommand(CompleteCheckpoints, ids.ToArray(), indexes.ToArray(), plan.Size, verifiedAt);
        batch.BatchCommands.Add(command);
        return (command, ids.Count);
    }

    private static void AddRollups(NpgsqlBatch batch, MonthChanges changes, FrontierMac macs)
    {
        if (changes.All.Count == 0) return;
        var months = changes.InOrder();
        batch.BatchCommands.Add(Rollups.Upsert(months, macs));
        batch.BatchCommands.Add(DayRollups.Upsert(months));
    }

    private static void AddDamage(NpgsqlBatch batch, SealPlan plan, Timestamp detectedAt)
    {
        var failed = plan.Runs.SelectMany(r => r.Decision.Failed).ToList();
        if (failed.Count > 0)
        {
            batch.BatchCommands.Add(Sql.BatchCommand(
                InsertFailures, failed.Select(f => f.LedgerNo).ToArray(), failed.Select(f => f.LedgerIndex).ToArray(),
                failed.Select(f => f.CustomerNo).ToArray(), failed.Select(f => f.Seq).ToArray(),
                failed.Select(f => f.ConfirmedLeaf).ToArray(), detectedAt));
        }

        var mended = plan.Runs.SelectMany(r => r.Decision.Mended).ToList();
        if (mended.Count > 0)
        {
            batch.BatchCommands.Add(Sql.BatchCommand(
                MendRecords, mended.Select(m => m.LedgerNo).ToArray(), mended.Select(m => m.LedgerIndex).ToArray(),
                mended.Select(m => m.ConfirmedLeaf).ToArray()));
        }

        var submissions = plan.Runs.SelectMany(r => r.Decision.MendedSubmissions).ToList();
        if (submissions.Count > 0)
        {
            batch.BatchCommands.Add(Sql.BatchCommand(
                MendSubmissions, submissions.Select(m => m.LedgerNo).ToArray(), submissions.Select(m => m.FirstIndex).ToArray(),
                submissions.Select(m => m.RecordCount).ToArray(), submissions.Select(m => m.Root).ToArray()));
        }
    }

    /// <summary>Who listens hears of it from this same transaction: no fact without its event, and no event without its fact.</summary>
    private static void AddWebhooks(NpgsqlBatch batch, string environment, SealPlan plan, Timestamp at)
    {
        var failed = plan.Runs.SelectMany(r => r.Decision.Failed).ToHashSet();
        var runs = new List<RecordRun>(plan.Blocks.Count + failed.Count);
        foreach (var block in plan.Blocks.Select(b => b.Planned))
        {
            var (first, end) = (block.FirstIndex, block.FirstIndex + block.RecordCount);
            foreach (var index in failed.Where(f => f.LedgerNo == block.LedgerNo && f.LedgerIndex >= first && f.LedgerIndex < end).Select(f => f.LedgerIndex).Order())
            {
                if (index > first) runs.Add(new RecordRun(WebhookKind.DeltaVerified, block.LedgerNo, first, (int)(index - first)));
                runs.Add(new RecordRun(WebhookKind.DeltaFailed, block.LedgerNo, index, 1));
                first = index + 1;
            }

            if (end > first) runs.Add(new RecordRun(WebhookKind.DeltaVerified, block.LedgerNo, first, (int)(end - first)));
        }

        if (runs.Count > 0) batch.BatchCommands.Add(WebhookOutbox.Records(environment, runs, at));
        var checkpoints = plan.Entries.OfType<PlannedCheckpoint>().Select(c => c.CheckpointId).ToArray();
        if (checkpoints.Length > 0) batch.BatchCommands.Add(WebhookOutbox.Checkpoints(environment, checkpoints, at));
    }

    /// <summary>In the order of the index, which then grows page by page instead of all over.</summary>
    private static byte[] Encode(List<SealedSubmission> submissions)
    {
        const int rowBytes = 2 + 4 + 8 + 4 + 4 + 4 + 8 + 4 + 4;
        submissions.Sort(static (a, b) => a.RootPrefix.CompareTo(b.RootPrefix));
        var bytes = new byte[CopyOutRow.HeaderBytes + submissions.Count * rowBytes + 2];
        CopyOutRow.Signature.CopyTo(bytes);
        var at = bytes.AsSpan(CopyOutRow.HeaderBytes);
        foreach (var submission in submissions)
        {
            BinaryPrimitives.WriteInt16BigEndian(at, 4);
            BinaryPrimitives.WriteInt32BigEndian(at[2..], 8);
            BinaryPrimitives.WriteInt64BigEndian(at[6..], submission.RootPrefix);
            BinaryPrimitives.WriteInt32BigEndian(at[14..], 4);
            BinaryPrimitives.WriteInt32BigEndian(at[18..], submission.LedgerNo);
            BinaryPrimitives.WriteInt32BigEndian(at[22..], 8);
            BinaryPrimitives.WriteInt64BigEndian(at[26..], submission.FirstIndex);
            BinaryPrimitives.WriteInt32BigEndian(at[34..], 4);
            BinaryPrimitives.WriteInt32BigEndian(at[38..], submission.RecordCount);
            at = at[rowBytes..];
        }

        BinaryPrimitives.WriteInt16BigEndian(at, -1);
        return bytes;
    }
}

/// <summary>Mark or database moved by another hand. Nothing was committed; whoever seals compares the two anew.</summary>
public sealed class SealConflictException(string message) : Exception(message);
