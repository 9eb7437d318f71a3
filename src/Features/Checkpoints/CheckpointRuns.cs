using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

/// <summary>Begins, finds and shows runs over all active customers. What a run does is <c>RunCheckpoints</c>.</summary>
internal sealed class CheckpointRuns(NpgsqlDataSource database, LedgerFloor floors, CheckpointViews views, RunBell bell, TimeProvider clock)
{
    private const int MaxListed = 100;

    private const string Insert =
        "INSERT INTO checkpoint_runs (checkpoint_run_id, ledger_no, identity, start_at, end_at, as_of, total_customers, trigger, created_at, finished_at) " +
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (ledger_no, identity) WHERE identity IS NOT NULL DO NOTHING";

    // Who asks again takes up the customers that were skipped: from the first one on, and only those without their checkpoint.
    private const string TakeUpSkipped =
        "UPDATE checkpoint_runs n SET finished_at = NULL, next_customer_no = 0, skipped_count = 0, skipped = '[]', leased_until = NULL " +
        "WHERE finished_at IS NOT NULL AND skipped_count > 0 AND ";

    /// <summary>The run of this window: the same one for ever when the window is closed, a new one while it is open.</summary>
    /// <param name="ledger">Whose customers.</param>
    /// <param name="window">What was asked for.</param>
    /// <param name="trigger">api, dashboard or automation.</param>
    /// <param name="storeBeside">Stored in the same transaction.</param>
    public async Task<Outcome<BegunRun>> BeginAsync(
        LedgerRef ledger, Window window, string trigger, Func<NpgsqlConnection, BegunRun, CancellationToken, Task>? storeBeside, CancellationToken ct)
    {
        if (await floors.RaiseAsync(ledger.LedgerNo, window, ct) is not { } raised)
            return Refusal.Validation("startDate", "must not lie in the future");

        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var identity = raised.CutOff.IsClosed ? CheckpointIdentity.Of(window, CheckpointMode.All, []) : (Hash?)null;
        var existing = identity is { } closed ? await FindAsync(connection, ledger.LedgerNo, closed, ct) : null;
        var run = existing ?? await InsertAsync(connection, ledger, window, raised.CutOff, identity, trigger, ct);
        var isNew = existing is null && run is not null;
        run ??= await FindAsync(connection, ledger.LedgerNo, identity!.Value, ct)
            ?? throw new InvalidOperationException("A run of this identity refused an insert and cannot be found.");
        if (!isNew && await TakeUpSkippedAsync(connection, run.RunId, ct) > 0)
            run = run with { IsFinished = false, SkippedCount = 0, Skipped = [] };

        var answer = new BegunRun(await ShowAsync(connection, run, ledger, idempotent: !isNew, ct), isNew);
        if (storeBeside is not null) await storeBeside(connection, answer, ct);

        // Crash window 1: before the commit there is no run. After it any node finds the row and works it off, with or without
        // the bell.
        await transaction.CommitAsync(ct);
        bell.Ring();
        return answer;
    }

    private async Task<CheckpointRun?> InsertAsync(
        NpgsqlConnection connection, LedgerRef ledger, Window window, CutOff cutOff, Hash? identity, string trigger, CancellationToken ct)
    {
        var total = await ActiveCustomers.CountAsync(connection, ledger.LedgerNo, window with { End = cutOff.CoveredThrough }, ct);
        var now = Timestamp.FromDateTimeOffset(clock.GetUtcNow());
        var run = new CheckpointRun(
            RandomId.New("run_"), ledger.LedgerNo, window, cutOff.AsOf, total, 0, 0, 0, [], trigger, now, IsFinished: total == 0, NextCustomerNo: 0);
        await using var command = new NpgsqlCommand(Insert, connection);
        void Add(object? value, NpgsqlDbType type) => command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        Add(run.RunId, NpgsqlDbType.Text);
        Add(run.LedgerNo, NpgsqlDbType.Integer);
        Add(identity?.ToArray(), NpgsqlDbType.Bytea);
        Add(window.Start.ToDateTimeOffset().UtcDateTime, NpgsqlDbType.TimestampTz);
        Add(window.End.ToDateTimeOffset().UtcDateTime, NpgsqlDbType.TimestampTz);
        Add(cutOff.AsOf.ToDateTimeOffset().UtcDateTime, NpgsqlDbType.TimestampTz);
        Add(total, NpgsqlDbType.Integer);
        Add(trigger, NpgsqlDbType.Text);
        Add(now.ToDateTimeOffset().UtcDateTime, NpgsqlDbType.TimestampTz);
        Add(run.IsFinished ? now.ToDateTimeOffset().UtcDateTime : null, NpgsqlDbType.TimestampTz);
        return await command.ExecuteNonQueryAsync(ct) == 1 ? run : null;
    }

    private static async Task<CheckpointRun?> FindAsync(NpgsqlConnection connection, int ledgerNo, Hash identity, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "SELECT " + CheckpointRun.Columns + " FROM checkpoint_runs n WHERE n.ledger_no = $1 AND n.identity = $2", connection);
        command.Parameters.Add(new() { Value = ledgerNo });
        command.Parameters.Add(new() { Value = identity.ToArray() });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? CheckpointRun.Read(row) : null;
    }

    private async Task<CheckpointRunResult> ShowAsync(NpgsqlConnection connection, CheckpointRun run, LedgerRef ledger, bool idempotent, CancellationToken ct)
    {
        var (checkpoints, isVerified) = await CheckpointsOfAsync(connection, run.RunId, ct);
        return new CheckpointRunResult
        {
            CheckpointRunId = run.RunId,
            Status = run.IsFinished && isVerified ? "VERIFIED" : "QUEUED",
            Idempotent = idempotent,
            Environment = ledger.Environment,
            VendorAccountId = ledger.VendorAccountId,
            Period = run.Window.AsPeriod()?.ToString(),
            StartDate = run.Window.Start.ToDateTimeOffset(),
            EndDate = run.Window.End.ToDateTimeOffset(),
            TotalCustomers = run.TotalCustomers,
            CommittedCount = run.CommittedCount,
            ExistingCount = run.ExistingCount,
            SkippedCount = run.SkippedCount,
            Skipped = run.Skipped,
            CreatedAt = run.CreatedAt.ToDateTimeOffset(),
            Checkpoints = await views.ShowAsync(checkpoints, ct),
        };
    }

    /// <summary>The first that the run committed or found, and whether all of them are under a signed tree head.</summary>
    private static async Task<(IReadOnlyList<StoredCheckpoint> Checkpoints, bool IsVerified)> CheckpointsOfAsync(
        NpgsqlConnection connection, string runId, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            CheckpointReader.Select + "WHERE " + OfRun("$1") + " ORDER BY k.created_at DESC, k.checkpoint_id LIMIT " + MaxListed)
        { Parameters = { new() { Value = runId } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT EXISTS (SELECT 1 FROM checkpoints k WHERE " + OfRun("$1") + " AND k.verified_at IS NULL)")
        { Parameters = { new() { Value = runId } } });
        await using var row = await batch.ExecuteReaderAsync(ct);
        var checkpoints = new List<StoredCheckpoint>();
        while (await row.ReadAsync(ct)) checkpoints.Add(CheckpointReader.Read(row));
        await row.NextResultAsync(ct);
        await row.ReadAsync(ct);
        return (checkpoints, !row.GetBoolean(0));
    }

    /// <summary>The condition by which a checkpoint <c>k</c> is one that the run committed or found.</summary>
    public static string OfRun(string parameter) =>
        $"(k.checkpoint_run_id = {parameter} OR k.checkpoint_id IN (SELECT f.checkpoint_id FROM checkpoint_run_found f WHERE f.checkpoint_run_id = {parameter}))";

    /// <summary>Takes up, without being asked, what finished runs had to skip.</summary>
    /// <param name="which">A condition on the run <c>n</c>.</param>
    /// <returns>How many runs go on.</returns>
    public async Task<int> TakeUpSkippedAsync(string which, DateTimeOffset finishedBy, CancellationToken ct)
    {
        await using var command = database.CreateCommand(TakeUpSkipped + "finished_at <= $1 AND " + which);
        command.Parameters.Add(new() { Value = finishedBy.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        var count = await command.ExecuteNonQueryAsync(ct);
        if (count > 0) bell.Ring();
        return count;
    }

    private static async Task<int> TakeUpSkippedAsync(NpgsqlConnection connection, string runId, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(TakeUpSkipped + "checkpoint_run_id = $1", connection);
        command.Parameters.Add(new() { Value = runId });
        return await command.ExecuteNonQueryAsync(ct);
    }
}

/// <param name="IsNew">False for the run that a closed window already had.</param>
internal sealed record BegunRun(CheckpointRunResult Run, bool IsNew);

/// <summary>Tells this node's schedule that there is a run. Nothing depends on it: the schedule looks by itself.</summary>
internal sealed class RunBell : IDisposable
{
    private readonly SemaphoreSlim _rung = new(0);

    public void Ring() => _rung.Release();

    public Task WaitAsync(TimeSpan atMost, CancellationToken ct) => _rung.WaitAsync(atMost, ct);

    public void Dispose() => _rung.Dispose();
}
