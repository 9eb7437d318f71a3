using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Checkpoints;

/// <summary>The customers of a ledger with a record in a window, from rollups and the records that are not sealed yet.</summary>
/// <remarks>A rollup's first and last instant settle all cases but one: a customer whose month begins before the window and ends
/// after it, where a search decides. The cost is the number of rollups of the window's months, not of records.</remarks>
internal static class ActiveCustomers
{
    private const string Numbers =
        "SELECT m.customer_no FROM customer_months m WHERE m.ledger_no = @ledger AND m.month BETWEEN @first AND @last AND m.record_count > 0 AND (" +
        "(m.first_at >= @start AND m.first_at < @end) OR (m.last_at >= @start AND m.last_at < @end) OR (m.first_at < @start AND m.last_at >= @end " +
        "AND seq_at(m.ledger_no, m.customer_no, @start) < seq_at(m.ledger_no, m.customer_no, @end))) " +
        "UNION SELECT r.customer_no FROM records r JOIN ledger_seals s ON s.ledger_no = r.ledger_no " +
        "WHERE r.ledger_no = @ledger AND r.ledger_index >= s.sealed_index AND r.accepted_at >= @start AND r.accepted_at < @end " +
        "UNION SELECT f.customer_no FROM record_failures f JOIN records r ON r.ledger_no = f.ledger_no AND r.ledger_index = f.ledger_index " +
        "WHERE f.ledger_no = @ledger AND f.healed_at IS NULL AND r.accepted_at >= @start AND r.accepted_at < @end";

    public static async Task<int> CountAsync(NpgsqlConnection connection, int ledgerNo, Window covered, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"SELECT count(*)::int FROM ({Numbers}) active", connection);
        AddWindow(command, ledgerNo, covered);
        return (int)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>The next customers of a run in the order of their numbers, without those that have its checkpoint already.</summary>
    public static async Task<IReadOnlyList<int>> NextAsync(NpgsqlConnection connection, CheckpointRun run, int limit, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT customer_no FROM ({Numbers}) active WHERE customer_no >= @next AND NOT EXISTS (" +
            "SELECT 1 FROM checkpoints k WHERE k.ledger_no = @ledger AND k.customer_no = active.customer_no AND k.scope_identity = @scope AND (" +
            "k.checkpoint_run_id = @run OR EXISTS (SELECT 1 FROM checkpoint_run_found f WHERE f.checkpoint_run_id = @run AND f.checkpoint_id = k.checkpoint_id))) " +
            "ORDER BY customer_no LIMIT @limit",
            connection);
        AddWindow(command, run.LedgerNo, run.Window with { End = run.AsOf < run.Window.End ? run.AsOf : run.Window.End });
        command.Parameters.AddWithValue("next", run.NextCustomerNo);
        command.Parameters.AddWithValue("run", run.RunId);
        command.Parameters.AddWithValue("scope", CheckpointIdentity.Of(run.Window, CheckpointMode.All, []).ToArray());
        command.Parameters.AddWithValue("limit", limit);
        await using var row = await command.ExecuteReaderAsync(ct);
        var numbers = new List<int>(limit);
        while (await row.ReadAsync(ct)) numbers.Add(row.GetInt32(0));
        return numbers;
    }

    private static void AddWindow(NpgsqlCommand command, int ledgerNo, Window covered)
    {
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue("ledger", ledgerNo);
        command.Parameters.AddWithValue("first", CustomerMonth.Of(covered.Start));
        command.Parameters.AddWithValue("last", CustomerMonth.Of(covered.End.AddMicroseconds(-1)));
        command.Parameters.AddWithValue("start", NpgsqlDbType.TimestampTz, covered.Start.ToDateTimeOffset().UtcDateTime);
        command.Parameters.AddWithValue("end", NpgsqlDbType.TimestampTz, covered.End.ToDateTimeOffset().UtcDateTime);
    }
}
