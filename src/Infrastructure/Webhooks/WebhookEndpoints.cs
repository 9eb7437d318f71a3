using Npgsql;
using NpgsqlTypes;

namespace PacSpace.Infrastructure.Webhooks;

/// <summary>Who is told, without the secrets.</summary>
public sealed record WebhookEndpoint
{
    public required int EndpointNo { get; init; }
    public required string WebhookId { get; init; }
    public required string Url { get; init; }
    public string? Description { get; init; }
    public required string Environment { get; init; }
    public required bool IsEnabled { get; init; }

    /// <summary>gone or failing; null for one that works or that its owner disabled.</summary>
    public string? DisabledReason { get; init; }

    public required int Generation { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastTriggeredAt { get; init; }
    public required long SuccessCount { get; init; }
    public required long FailureCount { get; init; }
    public DateTimeOffset? FailingSince { get; init; }
    public DateTimeOffset? PreviousSecretExpiresAt { get; init; }
}

/// <summary>What an owner changes; null leaves it as it is.</summary>
public sealed record WebhookChange(string? Url, string? Description, bool? IsEnabled);

/// <summary>Endpoints of an environment, always found through their tenant.</summary>
public sealed class WebhookEndpoints(NpgsqlDataSource database, WebhookSecrets secrets)
{
    /// <summary>Of one environment (api-dashboard 10).</summary>
    public const int MaxOfEnvironment = 20;

    internal const string Columns =
        "w.endpoint_no, w.webhook_id, w.url, w.description, w.environment, w.enabled, w.disabled_reason, w.generation, w.created_at, w.last_triggered_at, " +
        "w.success_count, w.failure_count, w.failing_since, w.previous_secret_expires_at";

    internal const int ColumnCount = 14;

    private const string OfOwner = "w.tenant_id = $1 AND w.environment = $2 AND w.deleted_at IS NULL";

    // The environment's row is the lock under which endpoints are counted.
    private const string LockEnvironment = "SELECT 1 FROM tenant_environments WHERE tenant_id = $1 AND environment = $2 FOR UPDATE";

    private const string Insert =
        "INSERT INTO webhook_endpoints AS w (tenant_id, environment, webhook_id, url, description, secret, created_at) " +
        "SELECT $1, $2, $3, $4, $5, $6, $7 WHERE (SELECT count(*) FROM webhook_endpoints w WHERE " + OfOwner + ") < $8 RETURNING " + Columns;

    // What waited when it was disabled has failed; what is enabled again begins anew. Counting that up is all it takes.
    private const string Change =
        "UPDATE webhook_endpoints w SET url = coalesce($4, url), description = coalesce($5, description), enabled = coalesce($6, enabled), " +
        "generation = generation + (enabled AND $6 IS FALSE)::int, disabled_reason = CASE WHEN $6 IS NULL THEN disabled_reason END, " +
        "failure_count = CASE WHEN $6 AND NOT enabled THEN 0 ELSE failure_count END, failing_since = CASE WHEN $6 AND NOT enabled THEN NULL ELSE failing_since END " +
        "WHERE " + OfOwner + " AND w.webhook_id = $3 RETURNING " + Columns;

    private const string Delete =
        "UPDATE webhook_endpoints w SET deleted_at = $4, enabled = false, generation = generation + 1, secret = '', previous_secret = NULL " +
        "WHERE " + OfOwner + " AND w.webhook_id = $3";

    private const string Rotate =
        "UPDATE webhook_endpoints w SET previous_secret = secret, previous_secret_expires_at = $5, secret = $4 WHERE " + OfOwner + " AND w.webhook_id = $3";

    private const string ReadSecrets =
        "SELECT w.secret, CASE WHEN w.previous_secret_expires_at > $4 THEN w.previous_secret END FROM webhook_endpoints w WHERE " + OfOwner + " AND w.webhook_id = $3";

    /// <returns>Null when there are <see cref="MaxOfEnvironment"/> already.</returns>
    public async Task<WebhookEndpoint?> CreateAsync(
        string tenantId, string environment, string webhookId, string url, string? description, string secret, DateTimeOffset at, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var gate = Of(new NpgsqlCommand(LockEnvironment, connection), tenantId, environment)) await gate.ExecuteScalarAsync(ct);
        await using var insert = Of(new NpgsqlCommand(Insert, connection), tenantId, environment, webhookId);
        insert.Parameters.Add(new() { Value = url });
        insert.Parameters.Add(Text(description));
        insert.Parameters.Add(new() { Value = secrets.Seal(webhookId, secret) });
        insert.Parameters.Add(At(at));
        insert.Parameters.Add(new() { Value = MaxOfEnvironment });
        var created = await OneAsync(insert, ct);
        await transaction.CommitAsync(ct);
        return created;
    }

    /// <summary>Oldest first.</summary>
    public async Task<(long Total, IReadOnlyList<WebhookEndpoint> Page)> ListAsync(
        string tenantId, string environment, int limit, int offset, CancellationToken ct)
    {
        await using var command = Of(database.CreateCommand(
            "SELECT " + Columns + ", count(*) OVER () FROM webhook_endpoints w WHERE " + OfOwner + " ORDER BY w.endpoint_no"), tenantId, environment);
        await using var row = await command.ExecuteReaderAsync(ct);
        var all = new List<WebhookEndpoint>();
        while (await row.ReadAsync(ct)) all.Add(Read(row));
        return (all.Count, [.. all.Skip(offset).Take(limit)]);
    }

    public async Task<WebhookEndpoint?> FindAsync(string tenantId, string environment, string webhookId, CancellationToken ct)
    {
        await using var command = Of(database.CreateCommand(
            "SELECT " + Columns + " FROM webhook_endpoints w WHERE " + OfOwner + " AND w.webhook_id = $3"), tenantId, environment, webhookId);
        return await OneAsync(command, ct);
    }

    /// <returns>As it is now; null when there is none.</returns>
    public async Task<WebhookEndpoint?> ChangeAsync(string tenantId, string environment, string webhookId, WebhookChange change, CancellationToken ct)
    {
        await using var command = Of(database.CreateCommand(Change), tenantId, environment, webhookId);
        command.Parameters.Add(Text(change.Url));
        command.Parameters.Add(Text(change.Description));
        command.Parameters.Add(new() { Value = (object?)change.IsEnabled ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Boolean });
        return await OneAsync(command, ct);
    }

    /// <returns>False when there is none.</returns>
    public async Task<bool> DeleteAsync(string tenantId, string environment, string webhookId, DateTimeOffset at, CancellationToken ct)
    {
        await using var command = Of(database.CreateCommand(Delete), tenantId, environment, webhookId);
        command.Parameters.Add(At(at));
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <param name="previousExpiresAt">Until then the secret of before signs as well.</param>
    /// <returns>False when there is none.</returns>
    public async Task<bool> RotateAsync(
        string tenantId, string environment, string webhookId, string secret, DateTimeOffset previousExpiresAt, CancellationToken ct)
    {
        await using var command = Of(database.CreateCommand(Rotate), tenantId, environment, webhookId);
        command.Parameters.Add(new() { Value = secrets.Seal(webhookId, secret) });
        command.Parameters.Add(At(previousExpiresAt));
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>What it is signed with: the secret, and while a rotation lasts the one before.</summary>
    public async Task<IReadOnlyList<string>> SecretsAsync(string tenantId, string environment, string webhookId, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = Of(database.CreateCommand(ReadSecrets), tenantId, environment, webhookId);
        command.Parameters.Add(At(now));
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? OpenSecrets(row, 0, webhookId, secrets) : [];
    }

    internal static IReadOnlyList<string> OpenSecrets(NpgsqlDataReader row, int at, string webhookId, WebhookSecrets secrets)
    {
        var current = secrets.Open(webhookId, row.GetFieldValue<byte[]>(at));
        return row.IsDBNull(at + 1) ? [current] : [current, secrets.Open(webhookId, row.GetFieldValue<byte[]>(at + 1))];
    }

    internal static WebhookEndpoint Read(NpgsqlDataReader row) => new()
    {
        EndpointNo = row.GetInt32(0),
        WebhookId = row.GetString(1),
        Url = row.GetString(2),
        Description = row.IsDBNull(3) ? null : row.GetString(3),
        Environment = row.GetString(4),
        IsEnabled = row.GetBoolean(5),
        DisabledReason = row.IsDBNull(6) ? null : row.GetString(6),
        Generation = row.GetInt32(7),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(8),
        LastTriggeredAt = Instant(row, 9),
        SuccessCount = row.GetInt64(10),
        FailureCount = row.GetInt64(11),
        FailingSince = Instant(row, 12),
        PreviousSecretExpiresAt = Instant(row, 13),
    };

    internal static DateTimeOffset? Instant(NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : row.GetFieldValue<DateTimeOffset>(at);

    internal static NpgsqlParameter At(DateTimeOffset? instant) =>
        new() { Value = (object?)instant?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    internal static NpgsqlParameter Text(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlCommand Of(NpgsqlCommand command, params string[] keys)
    {
        foreach (var key in keys) command.Parameters.Add(new() { Value = key });
        return command;
    }

    private static async Task<WebhookEndpoint?> OneAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? Read(row) : null;
    }
}
