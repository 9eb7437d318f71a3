using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Features.Checkpoints;
using PacSpace.Infrastructure.Ingest;

namespace PacSpace.Features.Automation;

/// <summary>The runs that automation began: what is kept of them beside the run itself.</summary>
internal sealed class AutomationRuns(NpgsqlDataSource database, CheckpointRuns runs, TimeProvider clock)
{
    /// <summary>How soon customers that a run had to skip are tried again.</summary>
    public static readonly TimeSpan TrySkippedAgainAfter = TimeSpan.FromHours(1);

    private const string Trigger = "automation";

    private const string Keep =
        "INSERT INTO automation_runs (checkpoint_run_id, tenant_id, environment, cadence, taken_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";

    private const string OfAutomation =
        "EXISTS (SELECT 1 FROM automation_runs a JOIN checkpoint_automation s USING (tenant_id, environment) " +
        "WHERE a.checkpoint_run_id = n.checkpoint_run_id AND s.enabled)";

    /// <summary>Begins the run over a ledger's closed window, or takes the one that there is.</summary>
    public async Task BeginAsync(LedgerRef ledger, Cadence cadence, Window window, CancellationToken ct)
    {
        // In the run's own transaction: there is no run of ours that the list does not know.
        var outcome = await runs.BeginAsync(ledger, window, Trigger, (connection, begun, token) => KeepAsync(connection, ledger, cadence, begun.Run.CheckpointRunId, token), ct);
        if (!outcome.Accepted(out _, out var refusal)) throw new InvalidOperationException($"A closed window was refused: {refusal.Message}.");
    }

    /// <summary>Lets finished runs that had to skip customers try those again, while their automation is on.</summary>
    public Task<int> TakeUpSkippedAsync(CancellationToken ct) => runs.TakeUpSkippedAsync(OfAutomation, clock.GetUtcNow() - TrySkippedAgainAfter, ct);

    private async Task KeepAsync(NpgsqlConnection connection, LedgerRef ledger, Cadence cadence, string runId, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Keep, connection);
        command.Parameters.Add(new() { Value = runId });
        command.Parameters.Add(new() { Value = ledger.TenantId });
        command.Parameters.Add(new() { Value = ledger.Environment });
        command.Parameters.Add(new() { Value = Cadences.Text(cadence) });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The newest run of an environment: when it was taken, and whether all of it is verified.</summary>
    public async Task<(DateTimeOffset At, bool IsVerified)?> FindLastAsync(string tenantId, string environment, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "SELECT a.taken_at, n.finished_at IS NOT NULL AND NOT " + AutomationRunRow.HasUnverified + " FROM automation_runs a JOIN checkpoint_runs n USING (checkpoint_run_id) " +
            "WHERE a.tenant_id = $1 AND a.environment = $2 ORDER BY a.taken_at DESC, a.checkpoint_run_id LIMIT 1");
        command.Parameters.Add(new() { Value = tenantId });
        command.Parameters.Add(new() { Value = environment });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetFieldValue<DateTimeOffset>(0), row.GetBoolean(1)) : null;
    }
}

internal static class AutomationRunRow
{
    /// <summary>Whether a checkpoint that run <c>n</c> committed or found is under no signed tree head yet. Asked from the few that
    /// are not, so it costs the same for a run over any number of customers.</summary>
    public const string HasUnverified =
        "EXISTS (SELECT 1 FROM checkpoints k WHERE k.ledger_no = n.ledger_no AND k.verified_at IS NULL AND (k.checkpoint_run_id = n.checkpoint_run_id OR EXISTS (" +
        "SELECT 1 FROM checkpoint_run_found f WHERE f.checkpoint_run_id = n.checkpoint_run_id AND f.checkpoint_id = k.checkpoint_id)))";
}
