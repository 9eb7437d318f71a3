using Npgsql;
using NpgsqlTypes;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Automation;

/// <summary>An environment whose next window is due, leased to whoever took it.</summary>
internal sealed record DueAutomation(string TenantId, string Environment, AutomationSettings Settings);

/// <summary>The table <c>checkpoint_automation</c>.</summary>
internal sealed class AutomationRows(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Columns = "enabled, cadence, delay_minutes, closed_through";

    private const string Find = "SELECT " + Columns + " FROM checkpoint_automation WHERE tenant_id = $1 AND environment = $2";

    private const string Make =
        "INSERT INTO checkpoint_automation (tenant_id, environment, enabled, cadence, delay_minutes, closed_through) " +
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";

    private const string Change =
        "UPDATE checkpoint_automation SET enabled = $3, cadence = $4, delay_minutes = $5, closed_through = $6, next_run_at = $7, leased_until = NULL " +
        "WHERE tenant_id = $1 AND environment = $2";

    private const string TakeDue =
        "UPDATE checkpoint_automation SET leased_until = $2 WHERE (tenant_id, environment) = (" +
        "SELECT a.tenant_id, a.environment FROM checkpoint_automation a JOIN tenants t USING (tenant_id) " +
        "WHERE a.next_run_at <= $1 AND (a.leased_until IS NULL OR a.leased_until <= $1) AND t.disabled_at IS NULL " +
        "ORDER BY a.next_run_at FOR UPDATE OF a SKIP LOCKED LIMIT 1) RETURNING " + Columns + ", tenant_id, environment";

    private const string FindNextDue =
        "SELECT min(greatest(a.next_run_at, a.leased_until)) FROM checkpoint_automation a JOIN tenants t USING (tenant_id) " +
        "WHERE a.next_run_at IS NOT NULL AND t.disabled_at IS NULL";

    public async Task<AutomationSettings> FindAsync(string tenantId, string environment, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await FindAsync(connection, Find, tenantId, environment, ct) ?? AutomationSettings.Never;
    }

    /// <summary>One change at a time: the row is locked while it is decided.</summary>
    public async Task<AutomationSettings> ChangeAsync(
        string tenantId, string environment, Func<AutomationSettings, AutomationSettings> decide, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var make = Command(connection, Make, tenantId, environment))
        {
            AddSettings(make, AutomationSettings.Never);
            await make.ExecuteNonQueryAsync(ct);
        }

        var before = await FindAsync(connection, Find + " FOR UPDATE", tenantId, environment, ct)
            ?? throw new InvalidOperationException("A row that was just made is gone.");
        var after = decide(before);
        await using (var change = Command(connection, Change, tenantId, environment))
        {
            AddSettings(change, after);
            AddInstant(change, after.NextRunAt?.ToDateTimeOffset());
            await change.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return after;
    }

    /// <summary>Takes the environment that has been due for longest and that nobody works on; null when there is none.</summary>
    public async Task<DueAutomation?> TakeDueAsync(TimeSpan lease, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var command = database.CreateCommand(TakeDue);
        AddInstant(command, now);
        AddInstant(command, now + lease);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new DueAutomation(row.GetString(4), row.GetString(5), Read(row)) : null;
    }

    /// <summary>When there is something to take next; null when nothing is switched on.</summary>
    public async Task<DateTimeOffset?> FindNextDueAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(FindNextDue);
        return await command.ExecuteScalarAsync(ct) is DateTime due ? new DateTimeOffset(due, TimeSpan.Zero) : null;
    }

    private static async Task<AutomationSettings?> FindAsync(NpgsqlConnection connection, string sql, string tenantId, string environment, CancellationToken ct)
    {
        await using var command = Command(connection, sql, tenantId, environment);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? Read(row) : null;
    }

    private static AutomationSettings Read(NpgsqlDataReader row) =>
        new(row.GetBoolean(0), Cadences.Of(row.GetString(1)), row.GetInt32(2), RecordReader.ReadTimestamp(row, 3));

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, string tenantId, string environment) =>
        new(sql, connection) { Parameters = { new() { Value = tenantId }, new() { Value = environment } } };

    private static void AddSettings(NpgsqlCommand command, AutomationSettings settings)
    {
        command.Parameters.Add(new() { Value = settings.IsEnabled });
        command.Parameters.Add(new() { Value = Cadences.Text(settings.Cadence) });
        command.Parameters.Add(new() { Value = settings.DelayMinutes });
        AddInstant(command, settings.ClosedThrough.ToDateTimeOffset());
    }

    private static void AddInstant(NpgsqlCommand command, DateTimeOffset? instant) =>
        command.Parameters.Add(new() { Value = (object?)instant?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
}
