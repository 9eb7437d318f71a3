using System.Text.Json;
using MediatR;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

internal sealed class RunCheckpointsHandler(
    NpgsqlDataSource database, CustomerLookup customers, CheckpointCommit commits, TimeProvider clock, ILogger<RunCheckpointsHandler> logger)
    : IRequestHandler<RunCheckpoints, Outcome<CheckpointsRun>>
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private const string Take =
        "UPDATE checkpoint_runs n SET leased_until = $2 WHERE n.checkpoint_run_id = (SELECT checkpoint_run_id FROM checkpoint_runs " +
        "WHERE finished_at IS NULL AND (leased_until IS NULL OR leased_until <= $1) ORDER BY created_at FOR UPDATE SKIP LOCKED LIMIT 1) RETURNING ";

    // Counted once however often it is tried: what the run committed by the row that names the run, what it found by the row
    // that remembers the find, a skip by the customer that comes next.
    private const string CountCommitted =
        "UPDATE checkpoint_runs SET committed_count = committed_count + 1, next_customer_no = greatest(next_customer_no, $2), leased_until = $3 WHERE checkpoint_run_id = $1";

    private const string CountFound =
        "WITH found AS (INSERT INTO checkpoint_run_found (checkpoint_run_id, checkpoint_id) SELECT $1, $4 " +
        "WHERE NOT EXISTS (SELECT 1 FROM checkpoints WHERE checkpoint_id = $4 AND checkpoint_run_id = $1) ON CONFLICT DO NOTHING RETURNING 1) " +
        "UPDATE checkpoint_runs SET existing_count = existing_count + (SELECT count(*) FROM found), next_customer_no = greatest(next_customer_no, $2), " +
        "leased_until = $3 WHERE checkpoint_run_id = $1";

    private const string CountSkipped =
        "UPDATE checkpoint_runs SET skipped_count = skipped_count + 1, " +
        "skipped = CASE WHEN jsonb_array_length(skipped) < 100 THEN skipped || $4 ELSE skipped END, next_customer_no = $2, leased_until = $3 " +
        "WHERE checkpoint_run_id = $1 AND next_customer_no < $2";

    public async Task<Outcome<CheckpointsRun>> Handle(RunCheckpoints request, CancellationToken ct)
    {
        if (await TakeAsync(ct) is not { } run) return new CheckpointsRun(0, HasMore: false);

        // Crash window 1: the lease is taken and nothing done; it runs out and any node goes on.
        var next = await NextAsync(run, request.MaxCustomers, ct);
        foreach (var customerNo in next)
        {
            // Crash window 2: a customer's checkpoint and the run's progress are one transaction, so the run goes on behind the last
            // customer that has its checkpoint, and no count is ever off.
            if (!await TakeUpAsync(run, customerNo, ct)) return await GiveBackAsync(run, next.Count, Pause, ct);
        }

        return next.Count == request.MaxCustomers ? await GiveBackAsync(run, next.Count, TimeSpan.Zero, ct) : await FinishAsync(run, next.Count, ct);
    }

    private async Task<CheckpointRun?> TakeAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(Take + CheckpointRun.Columns);
        command.Parameters.Add(Now(TimeSpan.Zero));
        command.Parameters.Add(Now(Lease));
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? CheckpointRun.Read(row) : null;
    }

    private async Task<IReadOnlyList<int>> NextAsync(CheckpointRun run, int limit, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await ActiveCustomers.NextAsync(connection, run, limit, ct);
    }

    /// <summary>False when the records are still being verified: the run waits.</summary>
    private async Task<bool> TakeUpAsync(CheckpointRun run, int customerNo, CancellationToken ct)
    {
        var customer = await customers.FindAsync(run.LedgerNo, customerNo, ct)
            ?? throw new InvalidOperationException($"Customer {customerNo} of ledger {run.LedgerNo} has records and no row.");
        var order = new CheckpointOrder
        {
            Customer = customer,
            Window = run.Window,
            Mode = CheckpointMode.All,
            Trigger = run.Trigger,
            RunId = run.RunId,
            StoreBeside = (connection, committed, token) => CountAsync(connection, run, customerNo, committed, token),
        };
        var (code, message) = await TryCommitAsync(order, ct);
        if (code is null) return true;
        if (code == RefusalCode.ServiceUnavailable) return false;

        var skipped = JsonSerializer.Serialize(new[] { new SkippedCustomer(customer.CustomerId, code.Name, message) });
        await using var command = Counting(CountSkipped, null, run, customerNo);
        command.Parameters.Add(new() { Value = skipped, NpgsqlDbType = NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync(ct);
        return true;
    }

    /// <remarks>A bug over one customer's records must not hold up the others: it is logged, and the customer listed.</remarks>
    private async Task<(RefusalCode? Code, string Message)> TryCommitAsync(CheckpointOrder order, CancellationToken ct)
    {
        try
        {
            return (await commits.CommitAsync(order, ct)).Accepted(out _, out var refusal) ? (null, "") : (refusal.Code, refusal.Message);
        }
        catch (Exception bug) when (bug is not OperationCanceledException && !Faults.IsFault(bug))
        {
            logger.LogError(bug, "A run could not commit the checkpoint of one customer");
            return (RefusalCode.Internal, "Something went wrong on our side");
        }
    }

    private async Task CountAsync(NpgsqlConnection connection, CheckpointRun run, int customerNo, CommittedCheckpoint committed, CancellationToken ct)
    {
        await using var command = Counting(committed.IsNew ? CountCommitted : CountFound, connection, run, customerNo);
        if (!committed.IsNew) command.Parameters.Add(new() { Value = committed.Checkpoint.CheckpointId });
        await command.ExecuteNonQueryAsync(ct);
    }

    private NpgsqlCommand Counting(string sql, NpgsqlConnection? connection, CheckpointRun run, int customerNo)
    {
        var command = connection is null ? database.CreateCommand(sql) : new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = run.RunId });
        command.Parameters.Add(new() { Value = customerNo + 1 });
        command.Parameters.Add(Now(Lease));
        return command;
    }

    private async Task<CheckpointsRun> GiveBackAsync(CheckpointRun run, int count, TimeSpan pause, CancellationToken ct)
    {
        await using var command = database.CreateCommand("UPDATE checkpoint_runs SET leased_until = $2 WHERE checkpoint_run_id = $1");
        command.Parameters.Add(new() { Value = run.RunId });
        command.Parameters.Add(Now(pause));
        await command.ExecuteNonQueryAsync(ct);
        return new CheckpointsRun(count, HasMore: pause == TimeSpan.Zero);
    }

    private async Task<CheckpointsRun> FinishAsync(CheckpointRun run, int count, CancellationToken ct)
    {
        await using var command = database.CreateCommand("UPDATE checkpoint_runs SET finished_at = $2, leased_until = NULL WHERE checkpoint_run_id = $1");
        command.Parameters.Add(new() { Value = run.RunId });
        command.Parameters.Add(Now(TimeSpan.Zero));
        await command.ExecuteNonQueryAsync(ct);
        return new CheckpointsRun(count, HasMore: true);
    }

    private NpgsqlParameter Now(TimeSpan later) =>
        new() { Value = (clock.GetUtcNow() + later).UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
