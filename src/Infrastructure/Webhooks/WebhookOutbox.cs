using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Infrastructure.Webhooks;

/// <summary>Sealed records, one after the other, that one kind of event is about.</summary>
internal readonly record struct RecordRun(WebhookKind Kind, int LedgerNo, long FirstIndex, int Count);

/// <summary>Writes events in the transaction of the fact that they report, and who is to be told: the endpoints that are
/// enabled at that moment. Without one nothing is written.</summary>
/// <remarks>A run of sealed records is one row, whatever its length; the deliverer makes the events out of it. So sealing pays
/// one small statement for each tree head.</remarks>
public static class WebhookOutbox
{
    private const string Tell =
        ", told AS (INSERT INTO webhook_events (tenant_id, environment, kind, plan, ledger_no, first_index, event_count, checkpoint_id, data, created_at) " +
        "SELECT f.tenant_id, $1, f.kind, t.tier, f.ledger_no, f.first_index, f.event_count, f.checkpoint_id, f.data, $2 " +
        "FROM fact f JOIN tenants t USING (tenant_id) WHERE EXISTS (SELECT 1 FROM webhook_endpoints w " +
        "WHERE w.tenant_id = f.tenant_id AND w.environment = $1 AND w.enabled) ORDER BY f.place RETURNING event_no, tenant_id, event_count) " +
        "INSERT INTO webhook_parcels (endpoint_no, event_no, generation, event_count) SELECT w.endpoint_no, e.event_no, w.generation, e.event_count " +
        "FROM told e JOIN webhook_endpoints w ON w.tenant_id = e.tenant_id AND w.environment = $1 AND w.enabled";

    private const string TellRecords =
        "WITH fact AS (SELECT l.tenant_id, k.kind, k.ledger_no, k.first_index, k.event_count, NULL AS checkpoint_id, NULL AS data, k.place " +
        "FROM unnest($3::smallint[], $4::int[], $5::bigint[], $6::int[]) WITH ORDINALITY k(kind, ledger_no, first_index, event_count, place) " +
        "JOIN ledgers l USING (ledger_no))" + Tell;

    private const string TellCheckpoints =
        "WITH fact AS (SELECT l.tenant_id, $3::smallint AS kind, c.ledger_no, NULL::bigint AS first_index, 1 AS event_count, c.checkpoint_id, NULL AS data, k.place " +
        "FROM unnest($4::text[]) WITH ORDINALITY k(checkpoint_id, place) JOIN checkpoints c USING (checkpoint_id) JOIN ledgers l USING (ledger_no))" + Tell;

    private const string TellOne =
        "WITH fact AS (SELECT $3 AS tenant_id, $4::smallint AS kind, NULL::int AS ledger_no, NULL::bigint AS first_index, 1 AS event_count, " +
        "NULL AS checkpoint_id, $5 AS data, 1 AS place)" + Tell;

    /// <summary>One event with its data as JSON.</summary>
    /// <param name="transaction">The connection whose transaction writes the fact.</param>
    /// <param name="at">The instant of the fact.</param>
    public static async Task WriteAsync(
        NpgsqlConnection transaction, string tenantId, string environment, WebhookKind kind, string data, DateTimeOffset at, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(TellOne, transaction);
        command.Parameters.Add(new() { Value = environment });
        command.Parameters.Add(new() { Value = at.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = tenantId, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = (short)kind });
        command.Parameters.Add(new() { Value = data, NpgsqlDbType = NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync(ct);
    }

    internal static NpgsqlBatchCommand Records(string environment, IReadOnlyList<RecordRun> runs, Timestamp at) => Sql.BatchCommand(
        TellRecords, environment, at, runs.Select(r => (short)r.Kind).ToArray(), runs.Select(r => r.LedgerNo).ToArray(),
        runs.Select(r => r.FirstIndex).ToArray(), runs.Select(r => r.Count).ToArray());

    internal static NpgsqlBatchCommand Checkpoints(string environment, string[] checkpointIds, Timestamp at) =>
        Sql.BatchCommand(TellCheckpoints, environment, at, (short)WebhookKind.CheckpointVerified, checkpointIds);
}

/// <summary>Tells this node's deliverer that there may be something to send. Nothing depends on it: it looks by itself, too.</summary>
public sealed class WebhookBell
{
    private readonly Bell _bell = new();

    public void Ring() => _bell.Ring();

    public Task WaitAsync(TimeSpan atMost, CancellationToken ct) => _bell.WaitAsync(atMost, ct);
}
