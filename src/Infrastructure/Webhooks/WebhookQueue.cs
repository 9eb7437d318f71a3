using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Infrastructure.Webhooks;

/// <summary>An endpoint under lease: nobody else sends to it meanwhile.</summary>
/// <param name="Secrets">The current one, and during a rotation the one before.</param>
public sealed record WebhookTurn(WebhookEndpoint Endpoint, long Lease, IReadOnlyList<string> Secrets);

/// <summary>What is due to be sent to an endpoint.</summary>
/// <param name="Attempts">Made before.</param>
/// <param name="IsFirst">From a parcel; there is no row of it yet.</param>
public sealed record WebhookItem(StoredEvent Event, int Place, int Attempts, bool IsFirst)
{
    public EventPlace At => new(Event.EventNo, Place);
}

public enum DeliveryState : short
{
    Pending = 0,
    Retrying = 1,
    Delivered = 2,
    Failed = 3,
}

/// <summary>What became of an item in a turn.</summary>
/// <param name="Result">Null when the turn was stopped before there was one: it is sent again at once.</param>
/// <param name="NextAt">When it is sent again.</param>
public sealed record WebhookAttempt(WebhookItem Item, SendResult? Result, DeliveryState State, DateTimeOffset? NextAt);

/// <summary>What waits for each endpoint. Any node takes an endpoint's turn under a lease and writes what came of it in one
/// transaction, which counts only while the lease is its own.</summary>
/// <remarks>
/// The order in which a turn can die: (1) the lease is taken: it runs out; (2) something was sent and nothing written: it is sent
/// again, with the same id and bytes; (3) written. Nothing is lost at any line, and what is sent twice is the same.
/// </remarks>
public sealed class WebhookQueue(NpgsqlDataSource database, WebhookSecrets secrets)
{
    /// <summary>Longer than any turn; the rest of a turn's node that was killed is taken up after it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private const string Due =
        "(EXISTS (SELECT 1 FROM webhook_parcels p WHERE p.endpoint_no = w.endpoint_no AND p.generation = w.generation) OR " +
        "EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.endpoint_no = w.endpoint_no AND d.generation = w.generation AND d.next_attempt_at <= $1))";

    private const string Take =
        "UPDATE webhook_endpoints w SET lease = $3, leased_until = $2, turned_at = $1 WHERE w.endpoint_no = (SELECT w.endpoint_no FROM webhook_endpoints w " +
        "WHERE w.enabled AND (w.leased_until IS NULL OR w.leased_until <= $1) AND " + Due + " ORDER BY w.turned_at NULLS FIRST FOR UPDATE SKIP LOCKED LIMIT 1) RETURNING " +
        WebhookEndpoints.Columns + ", w.secret, CASE WHEN w.previous_secret_expires_at > $1 THEN w.previous_secret END";

    private const string LoadAgain =
        "SELECT " + StoredEvent.Columns + ", d.place, d.attempts FROM webhook_deliveries d JOIN webhook_events v USING (event_no) " +
        "WHERE d.endpoint_no = $1 AND d.generation = $2 AND d.next_attempt_at <= $3 ORDER BY d.next_attempt_at LIMIT $4";

    private const string LoadFirst =
        "SELECT " + StoredEvent.Columns + ", p.next_place FROM webhook_parcels p JOIN webhook_events v USING (event_no) " +
        "WHERE p.endpoint_no = $1 AND p.generation = $2 ORDER BY p.event_no LIMIT $3";

    private const string Finish =
        "UPDATE webhook_endpoints SET lease = NULL, leased_until = NULL, success_count = success_count + $3, failure_count = failure_count + $4, " +
        "delivery_count = delivery_count + $5, last_triggered_at = coalesce($6::timestamptz, last_triggered_at), " +
        "failing_since = CASE WHEN $3 > 0 THEN NULL ELSE coalesce(failing_since, $7::timestamptz) END, " +
        "generation = generation + (enabled AND $8::text IS NOT NULL)::int, disabled_reason = CASE WHEN enabled THEN $8::text ELSE disabled_reason END, " +
        "enabled = enabled AND $8::text IS NULL WHERE endpoint_no = $1 AND lease = $2";

    private const string InsertDeliveries =
        "INSERT INTO webhook_deliveries (endpoint_no, generation, event_no, place, kind, state, attempts, response_status, last_error, duration_ms, " +
        "last_attempt_at, next_attempt_at, delivered_at) SELECT $1, $2, k.*, CASE WHEN k.state = 2 THEN k.last_attempt_at + k.duration_ms * interval '1 ms' END FROM (" +
        "SELECT e, p, kd, s AS state, a, st, er, ms AS duration_ms, la AS last_attempt_at, na FROM unnest($3::bigint[], $4::int[], $5::smallint[], $6::smallint[], " +
        "$7::smallint[], $8::int[], $9::text[], $10::int[], $11::timestamptz[], $12::timestamptz[]) k(e, p, kd, s, a, st, er, ms, la, na)) k";

    private const string UpdateDeliveries =
        "UPDATE webhook_deliveries d SET earlier = " + PutAside + ", state = k.s, attempts = k.a, response_status = k.st, last_error = k.er, duration_ms = k.ms, " +
        "last_attempt_at = k.la, next_attempt_at = k.na, delivered_at = CASE WHEN k.s = 2 THEN k.la + k.ms * interval '1 ms' END " +
        "FROM unnest($2::bigint[], $3::int[], $4::smallint[], $5::smallint[], $6::int[], $7::text[], $8::int[], $9::timestamptz[], $10::timestamptz[]) " +
        "k(e, p, s, a, st, er, ms, la, na) WHERE d.endpoint_no = $1 AND d.event_no = k.e AND d.place = k.p";

    /// <summary>The last attempt among those before it. Three ladders' worth are kept.</summary>
    internal const string PutAside =
        "CASE WHEN d.last_attempt_at IS NULL OR jsonb_array_length(d.earlier) >= 33 THEN d.earlier ELSE coalesce(d.earlier, '[]') || " +
        "jsonb_build_object('at', d.last_attempt_at, 'responseStatus', d.response_status, 'durationMs', d.duration_ms, 'error', d.last_error) END";

    private const string MoveParcels =
        "UPDATE webhook_parcels p SET next_place = k.n FROM unnest($2::bigint[], $3::int[]) k(e, n) WHERE p.endpoint_no = $1 AND p.event_no = k.e AND k.n < p.event_count";

    private const string EndParcels =
        "DELETE FROM webhook_parcels p USING unnest($2::bigint[], $3::int[]) k(e, n) WHERE p.endpoint_no = $1 AND p.event_no = k.e AND k.n >= p.event_count";

    /// <summary>Takes the turn of the endpoint that waited longest among those with something due. Null when there is none.</summary>
    public async Task<WebhookTurn?> TakeAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var command = database.CreateCommand(Take);
        var lease = Random.Shared.NextInt64();
        command.Parameters.Add(WebhookEndpoints.At(now));
        command.Parameters.Add(WebhookEndpoints.At(now + Lease));
        command.Parameters.Add(new() { Value = lease });
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        var endpoint = WebhookEndpoints.Read(row);
        return new WebhookTurn(endpoint, lease, WebhookEndpoints.OpenSecrets(row, WebhookEndpoints.ColumnCount, endpoint.WebhookId, secrets));
    }

    /// <summary>What is due: up to half of it what failed before, then what was never sent, in its order.</summary>
    public async Task<IReadOnlyList<WebhookItem>> LoadAsync(WebhookTurn turn, DateTimeOffset now, int limit, CancellationToken ct)
    {
        var (endpointNo, generation) = (turn.Endpoint.EndpointNo, turn.Endpoint.Generation);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Sql.BatchCommand(LoadAgain, endpointNo, generation, Timestamp.FromDateTimeOffset(now), limit / 2));
        batch.BatchCommands.Add(Sql.BatchCommand(LoadFirst, endpointNo, generation, limit));
        await using var row = await batch.ExecuteReaderAsync(ct);
        var items = new List<WebhookItem>(limit);
        while (await row.ReadAsync(ct))
            items.Add(new WebhookItem(StoredEvent.Read(row), row.GetInt32(StoredEvent.ColumnCount), row.GetInt16(StoredEvent.ColumnCount + 1), IsFirst: false));
        await row.NextResultAsync(ct);
        while (items.Count < limit && await row.ReadAsync(ct))
        {
            var stored = StoredEvent.Read(row);
            for (var place = row.GetInt32(StoredEvent.ColumnCount); place < stored.EventCount && items.Count < limit; place++)
                items.Add(new WebhookItem(stored, place, 0, IsFirst: true));
        }

        return items;
    }

    /// <summary>Writes what came of a turn and gives the lease back.</summary>
    /// <param name="attempts">In the order in which they were loaded, without gaps.</param>
    /// <returns>False when the lease was no longer ours: then nothing is written, and another node sends it again.</returns>
    public async Task<bool> FinishAsync(WebhookTurn turn, IReadOnlyList<WebhookAttempt> attempts, string? disabledReason, CancellationToken ct)
    {
        var endpointNo = turn.Endpoint.EndpointNo;
        var first = attempts.Where(a => a.Item.IsFirst).ToList();
        var again = attempts.Where(a => !a.Item.IsFirst).ToList();
        var results = attempts.Select(a => a.Result).OfType<SendResult>().ToList();
        var failures = results.Where(r => !r.IsDelivered).ToList();

        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var finish = Sql.Command(
            connection, Finish, endpointNo, turn.Lease, results.Count - failures.Count, failures.Count, first.Count,
            Optional(results.Count == 0 ? null : results.Max(r => r.At)), Optional(failures.Count == 0 ? null : failures.Min(r => r.At)), (object?)disabledReason ?? DBNull.Value);
        if (await finish.ExecuteNonQueryAsync(ct) == 0) return false;
        await using var batch = new NpgsqlBatch(connection);
        if (first.Count > 0)
        {
            batch.BatchCommands.Add(Sql.BatchCommand(
                InsertDeliveries, endpointNo, turn.Endpoint.Generation, first.Select(a => a.Item.Event.EventNo).ToArray(), first.Select(a => a.Item.Place).ToArray(),
                first.Select(a => (short)a.Item.Event.Kind).ToArray(), States(first), Counts(first), Statuses(first), Errors(first), Durations(first), Instants(first), Next(first)));
            var ends = first.GroupBy(a => a.Item.Event.EventNo).Select(e => (EventNo: e.Key, Next: e.Max(a => a.Item.Place) + 1)).ToList();
            var (events, places) = (ends.Select(e => e.EventNo).ToArray(), ends.Select(e => e.Next).ToArray());
            batch.BatchCommands.Add(Sql.BatchCommand(MoveParcels, endpointNo, events, places));
            batch.BatchCommands.Add(Sql.BatchCommand(EndParcels, endpointNo, events, places));
        }

        if (again.Count > 0)
        {
            batch.BatchCommands.Add(Sql.BatchCommand(
                UpdateDeliveries, endpointNo, again.Select(a => a.Item.Event.EventNo).ToArray(), again.Select(a => a.Item.Place).ToArray(), States(again),
                Counts(again), Statuses(again), Errors(again), Durations(again), Instants(again), Next(again)));
        }

        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private static short[] States(List<WebhookAttempt> attempts) => [.. attempts.Select(a => (short)a.State)];

    private static short[] Counts(List<WebhookAttempt> attempts) => [.. attempts.Select(a => (short)(a.Item.Attempts + (a.Result is null ? 0 : 1)))];

    private static int?[] Statuses(List<WebhookAttempt> attempts) => [.. attempts.Select(a => a.Result?.Status)];

    private static string?[] Errors(List<WebhookAttempt> attempts) => [.. attempts.Select(a => a.Result?.Error)];

    private static int?[] Durations(List<WebhookAttempt> attempts) => [.. attempts.Select(a => a.Result?.DurationMs)];

    private static Timestamp?[] Instants(List<WebhookAttempt> attempts) => [.. attempts.Select(a => Instant(a.Result?.At))];

    private static Timestamp?[] Next(List<WebhookAttempt> attempts) => [.. attempts.Select(a => Instant(a.NextAt))];

    private static Timestamp? Instant(DateTimeOffset? at) => at is { } instant ? Timestamp.FromDateTimeOffset(instant) : null;

    private static object Optional(DateTimeOffset? at) => at is { } instant ? Timestamp.FromDateTimeOffset(instant) : DBNull.Value;
}
