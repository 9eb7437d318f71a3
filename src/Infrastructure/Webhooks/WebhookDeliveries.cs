using Npgsql;
using NpgsqlTypes;

namespace PacSpace.Infrastructure.Webhooks;

/// <summary>An event at an endpoint, sent or waiting.</summary>
public sealed record StoredDelivery(
    int EndpointNo, string WebhookId, string Url, EventPlace At, WebhookKind Kind, DeliveryState State, int Attempts, int? ResponseStatus, string? LastError,
    DateTimeOffset CreatedAt, DateTimeOffset? LastAttemptAt, DateTimeOffset? NextAttemptAt, DateTimeOffset? DeliveredAt);

/// <summary>Which deliveries of an environment.</summary>
/// <param name="WebhookId">Null for all endpoints, those that were deleted included.</param>
public sealed record DeliveryFilter(string TenantId, string Environment, string? WebhookId, DeliveryState? State, WebhookKind? Kind);

/// <summary>A place in the list: the delivery after which it goes on.</summary>
public readonly record struct DeliveryPosition(long EventNo, int Place, int EndpointNo)
{
    public static readonly DeliveryPosition Start = new(long.MaxValue, int.MaxValue, int.MaxValue);
}

/// <summary>An endpoint to which an event is sent again.</summary>
/// <param name="NextAt">Null when it is not: the endpoint is disabled.</param>
public sealed record ResentDelivery(int EndpointNo, string WebhookId, DateTimeOffset? NextAt);

/// <summary>Lists what was sent and what waits, and sends again.</summary>
/// <remarks>An event stands at an endpoint either in a parcel (never sent) or as a row of its own, never both. What waited when its
/// endpoint was disabled shows as failed because the generation moved on: nothing is rewritten for it.</remarks>
public sealed class WebhookDeliveries(NpgsqlDataSource database)
{
    private const string Endpoints =
        "WITH e AS (SELECT endpoint_no, webhook_id, url, generation, delivery_count FROM webhook_endpoints WHERE tenant_id = @tenant AND environment = @environment " +
        "AND (@webhook::text IS NULL OR webhook_id = @webhook)) ";

    private const string StateOfRow = "CASE WHEN d.state < 2 AND d.generation <> e.generation THEN 3 ELSE d.state END";
    private const string StateOfParcel = "CASE WHEN p.generation <> e.generation THEN 3 ELSE 0 END";
    private const string IsAskedRow = "(@state::int IS NULL OR " + StateOfRow + " = @state) AND (@kind::smallint IS NULL OR d.kind = @kind)";
    private const string IsAskedParcel = "(@state::int IS NULL OR " + StateOfParcel + " = @state) AND (@kind::smallint IS NULL OR v.kind = @kind)";
    private const string IsUncommon = "(d.state <> 2 OR d.kind <> 1)";

    // Each source gives its newest rows in the order of its index; a parcel gives at least one row, save the one of the position.
    private static string List(string isAskedRow) =>
        Endpoints + "SELECT x.*, v.kind, v.created_at FROM (" +
        "SELECT e.endpoint_no, e.webhook_id, e.url, d.* FROM e CROSS JOIN LATERAL (SELECT d.event_no, d.place, " + StateOfRow + " AS state, d.attempts::int, d.response_status::int, " +
        "CASE WHEN d.state < 2 AND d.generation <> e.generation THEN coalesce(d.last_error, 'endpoint was disabled') ELSE d.last_error END AS last_error, d.last_attempt_at, " +
        "CASE WHEN d.generation = e.generation THEN d.next_attempt_at END AS next_attempt_at, d.delivered_at FROM webhook_deliveries d WHERE d.endpoint_no = e.endpoint_no " +
        "AND (d.event_no, d.place) <= (@event, @place) AND (d.event_no <> @event OR d.place <> @place OR d.endpoint_no < @endpoint) AND " + isAskedRow + " " +
        "ORDER BY d.event_no DESC, d.place DESC LIMIT @limit) d UNION ALL " +
        "SELECT e.endpoint_no, e.webhook_id, e.url, p.event_no, s.place, p.state, 0, NULL, CASE WHEN p.state = 3 THEN 'endpoint was disabled' END, NULL, NULL, NULL " +
        "FROM e CROSS JOIN LATERAL (SELECT p.event_no, p.next_place, p.event_count, " + StateOfParcel + " AS state FROM webhook_parcels p JOIN webhook_events v USING (event_no) " +
        "WHERE p.endpoint_no = e.endpoint_no AND p.event_no <= @event AND " + IsAskedParcel + " ORDER BY p.event_no DESC LIMIT @limit + 1) p " +
        "CROSS JOIN LATERAL (SELECT generate_series(CASE WHEN p.event_no = @event THEN least(p.event_count - 1, @place) ELSE p.event_count - 1 END, p.next_place, -1) AS place LIMIT @limit + 1) s " +
        "WHERE p.event_no <> @event OR s.place <> @place OR e.endpoint_no < @endpoint) x JOIN webhook_events v USING (event_no) " +
        "ORDER BY x.event_no DESC, x.place DESC, x.endpoint_no DESC LIMIT @shown OFFSET @offset";

    // The many that are delivered delta.verified are counted once, where they are written; the rest here.
    private const string Count =
        Endpoints + "SELECT coalesce(sum(e.delivery_count), 0)::bigint, coalesce(sum(u.uncommon), 0)::bigint, coalesce(sum(u.asked), 0)::bigint, coalesce(sum(p.waiting), 0)::bigint FROM e " +
        "CROSS JOIN LATERAL (SELECT count(*) AS uncommon, count(*) FILTER (WHERE " + IsAskedRow + ") AS asked FROM webhook_deliveries d WHERE d.endpoint_no = e.endpoint_no AND " + IsUncommon + ") u " +
        "CROSS JOIN LATERAL (SELECT sum(p.event_count - p.next_place) AS waiting FROM webhook_parcels p JOIN webhook_events v USING (event_no) WHERE p.endpoint_no = e.endpoint_no AND " + IsAskedParcel + ") p";

    private const string LockEndpoints =
        "SELECT w.endpoint_no, w.webhook_id, w.enabled, w.generation, d.endpoint_no IS NOT NULL, p.generation FROM webhook_endpoints w " +
        "LEFT JOIN webhook_deliveries d ON d.endpoint_no = w.endpoint_no AND d.event_no = $3 AND d.place = $4 " +
        "LEFT JOIN webhook_parcels p ON p.endpoint_no = w.endpoint_no AND p.event_no = $3 AND p.next_place <= $4 " +
        "WHERE w.tenant_id = $1 AND w.environment = $2 AND w.deleted_at IS NULL ORDER BY w.endpoint_no FOR UPDATE OF w";

    // A parcel that was waiting when its endpoint was disabled becomes rows, so that one of them can be sent again.
    private const string OpenParcel =
        "WITH p AS (DELETE FROM webhook_parcels WHERE endpoint_no = $1 AND event_no = $2 RETURNING *), " +
        "made AS (INSERT INTO webhook_deliveries (endpoint_no, event_no, place, generation, kind, state, attempts, last_error) " +
        "SELECT p.endpoint_no, p.event_no, generate_series(p.next_place, p.event_count - 1), p.generation, v.kind, 3, 0, 'endpoint was disabled' FROM p JOIN webhook_events v USING (event_no) RETURNING 1) " +
        "UPDATE webhook_endpoints SET delivery_count = delivery_count + (SELECT count(*) FROM made) WHERE endpoint_no = $1";

    private const string SendAgain =
        "UPDATE webhook_deliveries d SET earlier = " + WebhookQueue.PutAside + ", generation = $4, state = 0, attempts = 0, response_status = NULL, last_error = NULL, duration_ms = NULL, " +
        "last_attempt_at = NULL, next_attempt_at = $5, delivered_at = NULL WHERE d.endpoint_no = $1 AND d.event_no = $2 AND d.place = $3";

    private const string Insert =
        "WITH made AS (INSERT INTO webhook_deliveries (endpoint_no, event_no, place, generation, next_attempt_at, kind, state, attempts, response_status, last_error, duration_ms, last_attempt_at, delivered_at) " +
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)) UPDATE webhook_endpoints SET delivery_count = delivery_count + 1 WHERE endpoint_no = $1";

    /// <summary>Newest first, at most <paramref name="limit"/>.</summary>
    public async Task<List<StoredDelivery>> ListAsync(DeliveryFilter filter, DeliveryPosition after, int limit, int offset, CancellationToken ct)
    {
        // Each source must give as many rows as may be skipped and shown; the offset is applied to them together.
        await using var command = Filtered(HoldsCommon(filter) ? List(IsAskedRow) : List(IsUncommon + " AND " + IsAskedRow), filter);
        command.Parameters.AddWithValue("event", after.EventNo);
        command.Parameters.AddWithValue("place", after.Place);
        command.Parameters.AddWithValue("endpoint", after.EndpointNo);
        command.Parameters.AddWithValue("limit", limit + offset);
        command.Parameters.AddWithValue("shown", limit);
        command.Parameters.AddWithValue("offset", offset);
        await using var row = await command.ExecuteReaderAsync(ct);
        var found = new List<StoredDelivery>();
        while (await row.ReadAsync(ct))
        {
            found.Add(new StoredDelivery(
                row.GetInt32(0), row.GetString(1), row.GetString(2), new EventPlace(row.GetInt64(3), row.GetInt32(4)), (WebhookKind)row.GetInt16(12),
                (DeliveryState)row.GetInt32(5), row.GetInt32(6), row.IsDBNull(7) ? null : row.GetInt32(7), row.IsDBNull(8) ? null : row.GetString(8),
                row.GetFieldValue<DateTimeOffset>(13), WebhookEndpoints.Instant(row, 9), WebhookEndpoints.Instant(row, 10), WebhookEndpoints.Instant(row, 11)));
        }

        return found;
    }

    public async Task<long> CountAsync(DeliveryFilter filter, CancellationToken ct)
    {
        await using var command = Filtered(Count, filter);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        var common = row.GetInt64(0) - row.GetInt64(1);
        return (HoldsCommon(filter) ? common : 0) + row.GetInt64(2) + row.GetInt64(3);
    }

    /// <summary>Sends an event again, at once: to the endpoint named, or to those that it was for.</summary>
    /// <returns>The endpoints that were meant; empty when there is none.</returns>
    public async Task<IReadOnlyList<ResentDelivery>> SendAgainAsync(
        StoredEvent stored, int place, string? webhookId, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var resent = new List<ResentDelivery>();
        foreach (var (no, id, isEnabled, generation, hasRow, parcel) in await LockAsync(connection, stored, place, ct))
        {
            if (webhookId is null ? !hasRow && parcel is null : id != webhookId) continue;
            resent.Add(new ResentDelivery(no, id, isEnabled ? now : null));
            if (!isEnabled || parcel == generation) continue; // disabled, or its first sending is still to come
            if (parcel is not null) await RunAsync(connection, OpenParcel, ct, new() { Value = no }, new() { Value = stored.EventNo });
            if (hasRow || parcel is not null)
            {
                await RunAsync(
                    connection, SendAgain, ct, new() { Value = no }, new() { Value = stored.EventNo }, new() { Value = place }, new() { Value = generation }, WebhookEndpoints.At(now));
            }
            else
            {
                await InsertAsync(connection, new DeliveryRow(no, generation, stored, place, DeliveryState.Pending, null, now), ct);
            }
        }

        await transaction.CommitAsync(ct);
        return resent;
    }

    /// <summary>Keeps what came of a test, which is sent once.</summary>
    public async Task AddTestedAsync(WebhookEndpoint endpoint, StoredEvent stored, SendResult result, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var state = result.IsDelivered ? DeliveryState.Delivered : DeliveryState.Failed;
        await InsertAsync(connection, new DeliveryRow(endpoint.EndpointNo, endpoint.Generation, stored, 0, state, result, null), ct);
    }

    private sealed record DeliveryRow(int EndpointNo, int Generation, StoredEvent Event, int Place, DeliveryState State, SendResult? Result, DateTimeOffset? NextAt);

    private static Task InsertAsync(NpgsqlConnection connection, DeliveryRow made, CancellationToken ct) => RunAsync(
        connection, Insert, ct, new() { Value = made.EndpointNo }, new() { Value = made.Event.EventNo }, new() { Value = made.Place }, new() { Value = made.Generation },
        WebhookEndpoints.At(made.NextAt), new() { Value = (short)made.Event.Kind }, new() { Value = (short)made.State }, new() { Value = (short)(made.Result is null ? 0 : 1) },
        new() { Value = (object?)made.Result?.Status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer }, WebhookEndpoints.Text(made.Result?.Error),
        new() { Value = (object?)made.Result?.DurationMs ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer }, WebhookEndpoints.At(made.Result?.At),
        WebhookEndpoints.At(made.State == DeliveryState.Delivered ? made.Result?.At.AddMilliseconds(made.Result.Value.DurationMs) : null));

    private static async Task<List<(int No, string Id, bool IsEnabled, int Generation, bool HasRow, int? Parcel)>> LockAsync(
        NpgsqlConnection connection, StoredEvent stored, int place, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(LockEndpoints, connection);
        command.Parameters.Add(new() { Value = stored.TenantId });
        command.Parameters.Add(new() { Value = stored.Environment });
        command.Parameters.Add(new() { Value = stored.EventNo });
        command.Parameters.Add(new() { Value = place });
        await using var row = await command.ExecuteReaderAsync(ct);
        var found = new List<(int, string, bool, int, bool, int?)>();
        while (await row.ReadAsync(ct))
            found.Add((row.GetInt32(0), row.GetString(1), row.GetBoolean(2), row.GetInt32(3), row.GetBoolean(4), row.IsDBNull(5) ? null : row.GetInt32(5)));
        return found;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Whether delivered <c>delta.verified</c> are asked for, of which there are many.</summary>
    private static bool HoldsCommon(DeliveryFilter filter) =>
        filter.State is null or DeliveryState.Delivered && filter.Kind is null or WebhookKind.DeltaVerified;

    private NpgsqlCommand Filtered(string sql, DeliveryFilter filter)
    {
        var command = database.CreateCommand(sql);
        command.Parameters.AddWithValue("tenant", filter.TenantId);
        command.Parameters.AddWithValue("environment", filter.Environment);
        command.Parameters.Add(new NpgsqlParameter("webhook", NpgsqlDbType.Text) { Value = (object?)filter.WebhookId ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter("state", NpgsqlDbType.Integer) { Value = filter.State is { } state ? (int)state : DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter("kind", NpgsqlDbType.Smallint) { Value = filter.Kind is { } kind ? (short)kind : DBNull.Value });
        return command;
    }
}
