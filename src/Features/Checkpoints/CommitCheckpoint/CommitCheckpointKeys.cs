using System.Text.Json;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

/// <summary>Idempotency keys of the commit: the whole first answer is kept, stored with what it answers for.</summary>
internal sealed class CommitCheckpointKeys(NpgsqlDataSource database, TimeProvider clock)
{
    public static bool IsTaken(PostgresException refused) =>
        refused is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "idempotency_keys_pkey" };

    public async Task<(Hash BodyHash, StoredAnswer Answer)?> FindAsync(Caller caller, string key, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "SELECT body_hash, status, answer FROM idempotency_keys WHERE tenant_id = $1 AND environment = $2 AND route = $3 AND key = $4");
        AddScope(command, caller, key);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (RecordReader.ReadHash(row, 0), new StoredAnswer(row.GetInt16(1), row.GetFieldValue<byte[]>(2))) : null;
    }

    /// <summary>In the caller's transaction. Waits for another node that stores the same key, and fails then.</summary>
    public async Task StoreAsync(NpgsqlConnection connection, CommitCheckpoint request, CheckpointCommitted answer, CancellationToken ct)
    {
        var key = request.Idempotency ?? throw new InvalidOperationException("There is no key to store.");
        await using var command = new NpgsqlCommand(
            "INSERT INTO idempotency_keys (tenant_id, environment, route, key, body_hash, status, answer, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            connection);
        AddScope(command, request.Caller, key.Key);
        command.Parameters.Add(new() { Value = key.Hash.ToArray() });
        command.Parameters.Add(new() { Value = (short)answer.Status });
        command.Parameters.Add(new() { Value = Body(answer) });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        await command.ExecuteNonQueryAsync(ct);
    }

    private static byte[] Body(CheckpointCommitted answer) => answer.Run is { } run
        ? JsonSerializer.SerializeToUtf8Bytes(new Envelope<CheckpointRunResult>(true, run), WireJson.Options)
        : JsonSerializer.SerializeToUtf8Bytes(new Envelope<CheckpointResult>(true, answer.Checkpoint!), WireJson.Options);

    private static void AddScope(NpgsqlCommand command, Caller caller, string key)
    {
        command.Parameters.Add(new() { Value = caller.TenantId });
        command.Parameters.Add(new() { Value = caller.Environment });
        command.Parameters.Add(new() { Value = IdempotentRoutes.CommitCheckpoint });
        command.Parameters.Add(new() { Value = key });
    }

    private sealed record Envelope<T>(bool Success, T Data);
}
