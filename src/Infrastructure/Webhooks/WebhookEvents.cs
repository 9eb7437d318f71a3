using Npgsql;

namespace PacSpace.Infrastructure.Webhooks;

/// <summary>A row of <c>webhook_events</c>: one event, or one of each record of a sealed run.</summary>
/// <param name="Plan">The tenant's at the time.</param>
/// <param name="Data">JSON; null where it is derived from what never changes.</param>
public sealed record StoredEvent(
    long EventNo, string TenantId, string Environment, WebhookKind Kind, string Plan, int? LedgerNo, long? FirstIndex, int EventCount,
    string? CheckpointId, string? Data, DateTimeOffset CreatedAt)
{
    /// <summary>Under the alias v, in the order of <see cref="Read"/>.</summary>
    internal const string Columns =
        "v.event_no, v.tenant_id, v.environment, v.kind, v.plan, v.ledger_no, v.first_index, v.event_count, v.checkpoint_id, v.data, v.created_at";

    internal const int ColumnCount = 11;

    internal static StoredEvent Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), (WebhookKind)row.GetInt16(3), row.GetString(4), row.IsDBNull(5) ? null : row.GetInt32(5),
        row.IsDBNull(6) ? null : row.GetInt64(6), row.GetInt32(7), row.IsDBNull(8) ? null : row.GetString(8), row.IsDBNull(9) ? null : row.GetString(9),
        row.GetFieldValue<DateTimeOffset>(10));
}

/// <summary>Reads events, settles what they say, and lets go of old ones.</summary>
public sealed class WebhookEvents(NpgsqlDataSource database)
{
    /// <summary>How long what was sent can be looked up and sent again.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private const int TrimmedAtOnce = 10_000;

    // Whoever settles it first has settled it for every endpoint and attempt.
    private const string Settle = "UPDATE webhook_events SET data = coalesce(data, $2) WHERE event_no = $1 RETURNING data";

    private const string WriteTest =
        "INSERT INTO webhook_events AS v (tenant_id, environment, kind, plan, data, created_at) SELECT tenant_id, $2, $3, tier, $4, $5 FROM tenants " +
        "WHERE tenant_id = $1 RETURNING " + StoredEvent.Columns;

    // In slices, so that nobody waits for it. What an enabled endpoint still waits for is kept, however old it is.
    private const string TrimDeliveries =
        "WITH old AS (SELECT endpoint_no, event_no, place FROM webhook_deliveries WHERE endpoint_no = $1 AND event_no < $2 LIMIT $3), " +
        "gone AS (DELETE FROM webhook_deliveries d USING old WHERE d.endpoint_no = old.endpoint_no AND d.event_no = old.event_no AND d.place = old.place RETURNING 1) " +
        "UPDATE webhook_endpoints SET delivery_count = delivery_count - (SELECT count(*) FROM gone) WHERE endpoint_no = $1 RETURNING (SELECT count(*) FROM gone)";

    private const string TrimParcels =
        "DELETE FROM webhook_parcels p USING webhook_endpoints w WHERE w.endpoint_no = p.endpoint_no AND w.generation <> p.generation AND p.event_no < $1";

    private const string TrimEvents =
        "DELETE FROM webhook_events WHERE event_no IN (SELECT event_no FROM webhook_events " +
        "WHERE event_no < least($1, (SELECT min(event_no) FROM webhook_parcels)) ORDER BY event_no LIMIT $2)";

    private const string TrimEndpoints =
        "DELETE FROM webhook_endpoints w WHERE w.deleted_at < $1 AND w.delivery_count = 0 " +
        "AND NOT EXISTS (SELECT 1 FROM webhook_parcels p WHERE p.endpoint_no = w.endpoint_no)";

    /// <summary>An event of this tenant and environment, or null.</summary>
    public async Task<StoredEvent?> FindAsync(string tenantId, string environment, EventPlace at, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "SELECT " + StoredEvent.Columns + " FROM webhook_events v WHERE v.event_no = $1 AND v.tenant_id = $2 AND v.environment = $3 AND v.event_count > $4");
        command.Parameters.Add(new() { Value = at.EventNo });
        command.Parameters.Add(new() { Value = tenantId });
        command.Parameters.Add(new() { Value = environment });
        command.Parameters.Add(new() { Value = at.Place });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? StoredEvent.Read(row) : null;
    }

    /// <summary>An event that no endpoint is told of by itself.</summary>
    public async Task<StoredEvent> WriteTestAsync(string tenantId, string environment, string data, DateTimeOffset at, CancellationToken ct)
    {
        await using var command = database.CreateCommand(WriteTest);
        command.Parameters.Add(new() { Value = tenantId });
        command.Parameters.Add(new() { Value = environment });
        command.Parameters.Add(new() { Value = (short)WebhookKind.WebhookTest });
        command.Parameters.Add(new() { Value = data });
        command.Parameters.Add(WebhookEndpoints.At(at));
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? StoredEvent.Read(row) : throw new InvalidOperationException("The tenant is gone.");
    }

    /// <summary>Fixes what the event says, unless it was fixed before.</summary>
    /// <returns>What it says.</returns>
    public async Task<string> SettleAsync(long eventNo, string data, CancellationToken ct)
    {
        await using var command = database.CreateCommand(Settle);
        command.Parameters.Add(new() { Value = eventNo });
        command.Parameters.Add(new() { Value = data });
        return (string?)await command.ExecuteScalarAsync(ct) ?? data;
    }

    /// <summary>Lets go of what is older than <see cref="Kept"/>.</summary>
    /// <returns>How many deliveries.</returns>
    public async Task<long> TrimAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        if (await ScalarAsync(connection, "SELECT max(event_no) + 1 FROM webhook_events WHERE created_at < $1", ct, WebhookEndpoints.At(now - Kept)) is not long end) return 0;
        var endpoints = new List<int>();
        await using (var command = new NpgsqlCommand("SELECT endpoint_no FROM webhook_endpoints WHERE delivery_count > 0", connection))
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct)) endpoints.Add(row.GetInt32(0));
        }

        var trimmed = 0L;
        foreach (var endpoint in endpoints)
        {
            for (var gone = (long)TrimmedAtOnce; gone == TrimmedAtOnce; trimmed += gone)
                gone = await ScalarAsync(connection, TrimDeliveries, ct, new() { Value = endpoint }, new() { Value = end }, new() { Value = TrimmedAtOnce }) as long? ?? 0;
        }

        await ScalarAsync(connection, TrimParcels, ct, new NpgsqlParameter { Value = end });
        for (var gone = TrimmedAtOnce; gone == TrimmedAtOnce;)
        {
            await using var events = new NpgsqlCommand(TrimEvents, connection);
            events.Parameters.Add(new() { Value = end });
            events.Parameters.Add(new() { Value = TrimmedAtOnce });
            gone = await events.ExecuteNonQueryAsync(ct);
        }

        await ScalarAsync(connection, TrimEndpoints, ct, WebhookEndpoints.At(now - Kept));
        return trimmed;
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteScalarAsync(ct);
    }
}
