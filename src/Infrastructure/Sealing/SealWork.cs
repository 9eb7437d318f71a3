using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>What waits to be sealed, as one look at the database found it.</summary>
internal sealed record SealBacklog(
    long LogSize, bool IsDoNotWrite, IReadOnlyList<PendingLedger> Ledgers, IReadOnlyList<WaitingCheckpoint> Checkpoints);

/// <summary>A tick's work between reading and committing: rows, decisions, plan. Held in memory only.</summary>
internal sealed class SealWork
{
    public required SealPlan Plan { get; init; }

    public required MonthChanges Months { get; init; }

    public required List<SealedSubmission> Submissions { get; init; }

    /// <summary>When the plan was made; also the instant of verification, since what is planned is committed at once.</summary>
    public required Timestamp At { get; init; }

    public SignedTreeHead? Head { get; set; }
}

/// <summary>Reads what is to be sealed and decides about it. Changes nothing but the reports of stopped ledgers.</summary>
internal sealed class SealGatherer(string environment, SealedCustomers customers, RecordIds ids, AnswerSearch answers)
{
    public const int MaxCheckpoints = 1_024;

    private const int MaxRounds = 4;

    private const string FindLog = "SELECT size, do_not_write FROM log_state WHERE environment = $1";

    private const string FindLedgers =
        "SELECT h.ledger_no, l.ledger_id, s.sealed_index, h.next_index, s.stopped_reason FROM ledger_heads h " +
        "JOIN ledger_seals s USING (ledger_no) JOIN ledgers l USING (ledger_no) " +
        "WHERE l.environment = $1 AND h.next_index > s.sealed_index AND (s.stopped_reason IS NULL OR $2) ORDER BY h.ledger_no";

    private const string FindCheckpoints =
        "SELECT checkpoint_id, proof_root FROM checkpoints WHERE environment = $1 AND log_index IS NULL ORDER BY created_at, checkpoint_id LIMIT $2";

    private const string FindPlannedLedgers = "SELECT ledger_no, ledger_id FROM ledgers WHERE ledger_no = ANY($1)";

    private const string FindPlannedCheckpoints =
        "SELECT c.checkpoint_id, c.proof_root FROM unnest($1::text[]) WITH ORDINALITY k(checkpoint_id, place) " +
        "JOIN checkpoints c ON c.checkpoint_id = k.checkpoint_id ORDER BY k.place";

    private const string ReportStop =
        "UPDATE ledger_seals SET stopped_reason = $3 WHERE ledger_no = $1 AND sealed_index = $2 AND stopped_reason IS DISTINCT FROM $3";

    private readonly ReadBackReader _reader = new(ids, customers);
    private readonly RunCheck _check = new();
    private readonly Examination _examination = new(ids, answers);
    private Hash[] _leaves = new Hash[4_096];

    /// <param name="withStopped">Also ledgers that stand still, to see whether what stopped them was repaired.</param>
    public async Task<SealBacklog> LookAsync(NpgsqlConnection connection, bool withStopped, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = SealSession.CommandTimeoutSeconds };
        batch.BatchCommands.Add(Sql.BatchCommand(FindLog, environment));
        batch.BatchCommands.Add(Sql.BatchCommand(FindLedgers, environment, withStopped));
        batch.BatchCommands.Add(Sql.BatchCommand(FindCheckpoints, environment, MaxCheckpoints));
        await using var row = await batch.ExecuteReaderAsync(ct);
        var (size, isDoNotWrite) = await row.ReadAsync(ct) ? (row.GetInt64(0), row.GetBoolean(1)) : (-1, true);
        await row.NextResultAsync(ct);
        var ledgers = new List<PendingLedger>();
        while (await row.ReadAsync(ct))
        {
            ledgers.Add(new PendingLedger(
                row.GetInt32(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.IsDBNull(4) ? null : row.GetString(4)));
        }

        await row.NextResultAsync(ct);
        var checkpoints = new List<WaitingCheckpoint>();
        while (await row.ReadAsync(ct)) checkpoints.Add(new WaitingCheckpoint(row.GetString(0), RecordReader.ReadHash(row, 1)));
        return new SealBacklog(size, isDoNotWrite, ledgers, checkpoints);
    }

    /// <summary>The work of an ordinary tick; null when nothing of it may be sealed.</summary>
    public async Task<SealWork?> GatherAsync(
        NpgsqlConnection connection, LogEdge edge, SealBacklog backlog, long turn, Timestamp at, CancellationToken ct)
    {
        customers.Trim();
        var runs = await _reader.ReadAsync(connection, SealShare.Divide(backlog.Ledgers, turn), ct);
        var nextIndexes = backlog.Ledgers.ToDictionary(l => l.LedgerNo, l => l.NextIndex);
        for (var i = 0; i < runs.Count; i++) runs[i] = SealShare.WithoutTornSubmission(runs[i], nextIndexes[runs[i].Span.LedgerNo]);

        var submissions = new List<SealedSubmission>();
        var decided = await DecideAsync(connection, runs, submissions, ct);
        foreach (var run in decided.Where(r => r.Decision is { Count: 0, StopReason: not null }))
        {
            await using var report = Sql.Command(connection, ReportStop, run.Decision.Span.LedgerNo, run.Decision.Span.First, run.Decision.StopReason!);
            await report.ExecuteNonQueryAsync(ct);
        }

        var work = MakeWork(edge, [.. decided.Where(r => r.Decision.Count > 0)], backlog.Checkpoints, submissions, at);
        return work.Plan.Entries.Count > 0 ? work : null;
    }

    /// <summary>The work that a kept tree head stands for, made again from the rows by the same code. Null when the rows do not
    /// give exactly its entries.</summary>
    public async Task<SealWork?> GatherAgainAsync(NpgsqlConnection connection, LogEdge edge, MarkContent mark, Timestamp at, CancellationToken ct)
    {
        var blocks = mark.Entries.OfType<PlannedBlock>().ToList();
        var ledgerIds = new Dictionary<int, string>();
        await using (var command = Sql.Command(connection, FindPlannedLedgers, blocks.Select(b => b.LedgerNo).Distinct().ToArray()))
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct)) ledgerIds[row.GetInt32(0)] = row.GetString(1);
        }

        var spans = blocks.GroupBy(b => b.LedgerNo).OrderBy(g => g.Key)
            .Where(g => ledgerIds.ContainsKey(g.Key))
            .Select(g => new LedgerSpan(g.Key, ledgerIds[g.Key], g.Min(b => b.FirstIndex), g.Max(b => b.FirstIndex + b.RecordCount))).ToList();
        var checkpoints = new List<WaitingCheckpoint>();
        await using (var command = Sql.Command(
            connection, FindPlannedCheckpoints, (object)mark.Entries.OfType<PlannedCheckpoint>().Select(c => c.CheckpointId).ToArray()))
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct)) checkpoints.Add(new WaitingCheckpoint(row.GetString(0), RecordReader.ReadHash(row, 1)));
        }

        customers.Forget();
        var submissions = new List<SealedSubmission>();
        var decided = await DecideAsync(connection, await _reader.ReadAsync(connection, spans, ct), submissions, ct);
        var work = MakeWork(edge, [.. decided.Where(r => r.Decision.Count > 0)], checkpoints, submissions, at);
        return work.Plan.Entries.SequenceEqual(mark.Entries) ? work : null;
    }

    private async Task<List<DecidedRun>> DecideAsync(
        NpgsqlConnection connection, List<LedgerRun> runs, List<SealedSubmission> submissions, CancellationToken ct)
    {
        var total = runs.Sum(r => r.Rows.Length);
        if (_leaves.Length < total) _leaves = new Hash[Math.Max(total, _leaves.Length * 2)];
        var decided = new List<DecidedRun>(runs.Count);
        var used = 0;
        foreach (var run in runs)
        {
            var leaves = _leaves.AsMemory(used, run.Rows.Length);
            used += run.Rows.Length;
            decided.Add(new DecidedRun(run, await DecideAsync(connection, run, leaves, submissions, ct), leaves));
        }

        return decided;
    }

    private async Task<RunDecision> DecideAsync(
        NpgsqlConnection connection, LedgerRun run, Memory<Hash> leaves, List<SealedSubmission> submissions, CancellationToken ct)
    {
        var before = submissions.Count;
        var decision = _check.Check(run.Span, run.Rows.Span, null, leaves.Span, submissions);
        Dictionary<(DoubtKind, int), Finding>? findings = null;
        for (var round = 1; decision.Doubts.Count > 0; round++)
        {
            findings ??= [];
            if (round < MaxRounds) await _examination.ExamineAsync(connection, run, decision, findings, ct);
            else foreach (var doubt in decision.Doubts) findings[(doubt.Kind, doubt.Row)] = new Finding(Verdict.Stop, "its damage cannot be made out");

            submissions.RemoveRange(before, submissions.Count - before);
            decision = _check.Check(run.Span, run.Rows.Span, findings, leaves.Span, submissions);
        }

        return decision;
    }

    private static SealWork MakeWork(
        LogEdge edge, List<DecidedRun> runs, IReadOnlyList<WaitingCheckpoint> checkpoints, List<SealedSubmission> submissions, Timestamp at)
    {
        var months = new MonthChanges(at);
        foreach (var run in runs)
        {
            var failed = run.Decision.Failed.Select(f => f.LedgerIndex).ToHashSet();
            var rows = run.Run.Rows.Span;
            var leaves = run.Leaves.Span;
            for (var i = 0; i < run.Decision.Count; i++)
            {
                if (failed.Count == 0 || !failed.Contains(rows[i].Index)) months.Add(rows[i], leaves[i]);
            }
        }

        return new SealWork { Plan = SealPlan.Make(edge, runs, checkpoints), Months = months, Submissions = submissions, At = at };
    }
}
