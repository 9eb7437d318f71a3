using System.Text.Json;
using PacSpace.Evidence;
using PacSpace.Features.Balance;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Audit;

/// <summary>Whether the answers kept for replays tell of records that are there, with the hashes that are there.</summary>
/// <remarks>The answers stand apart from the rows, so a hash in them is a witness; an answer and a row that differ mean that one of
/// the two was changed after it was given.</remarks>
internal sealed class KeyAudit(AuditSnapshot snapshot, AuditNotes notes, RecordIds ids)
{
    private const int Gathered = 2_000;

    private readonly List<Promise> _promises = [];
    private readonly List<(StoredKey Key, string CheckpointId, string ProofRoot)> _checkpoints = [];
    private long _count;

    public async Task RunAsync(CancellationToken ct)
    {
        await foreach (var key in snapshot.StreamAsync(
            "SELECT tenant_id, environment, route, substr(encode(sha256(convert_to(key, 'UTF8')), 'hex'), 1, 16), status, answer FROM idempotency_keys " +
            "ORDER BY tenant_id, environment, route, key",
            row => new StoredKey(row.GetString(0), row.GetString(1), row.GetInt16(2), row.GetString(3), row.GetInt16(4), row.GetFieldValue<byte[]>(5)), ct))
        {
            _count++;
            notes.Progress("idempotency keys", _count, 0);
            Read(key);
            if (_promises.Count + _checkpoints.Count < Gathered) continue;
            await CompareAsync(ct);
            await CompareCheckpointsAsync(ct);
        }

        await CompareAsync(ct);
        await CompareCheckpointsAsync(ct);
        notes.Counts = notes.Counts with { IdempotencyKeys = _count };
    }

    private void Read(StoredKey key)
    {
        try
        {
            if (key.Route == IdempotentRoutes.EmitDelta)
            {
                var item = EmitDeltaAnswer.Read(new StoredAnswer(key.Status, key.Answer));
                Gather(key, item.RecordId, item.Leaf, item.Seq);
            }
            else if (key.Route == IdempotentRoutes.EmitDeltaBatch)
            {
                ReadGroup(key);
            }
            else if (key.Route == IdempotentRoutes.CommitCheckpoint)
            {
                ReadCheckpoints(key);
            }
        }
        catch (Exception damaged) when (damaged is InvalidDataException or IOException or JsonException or KeyNotFoundException
            or InvalidOperationException or ArgumentException or FormatException)
        {
            notes.Find(AuditCodes.IdempotencyAnswer, key.Where, $"the answer cannot be read: {damaged.Message}");
        }
    }

    private void ReadGroup(StoredKey key)
    {
        using var json = JsonDocument.Parse(key.Answer);
        foreach (var result in json.RootElement.GetProperty("data").GetProperty("results").EnumerateArray())
        {
            if (result.GetProperty("status").GetString() == "FAILED") continue;
            var isHash = Hash.TryParse0x(result.GetProperty("itemHash").GetString(), out var leaf);
            if (isHash) Gather(key, result.GetProperty("recordId").GetString()!, leaf, result.GetProperty("sequenceNumber").GetInt64());
            else notes.Find(AuditCodes.IdempotencyAnswer, key.Where, $"an item's hash is none");
        }
    }

    /// <summary>One checkpoint, or the first hundred of a run.</summary>
    private void ReadCheckpoints(StoredKey key)
    {
        using var json = JsonDocument.Parse(key.Answer);
        var data = json.RootElement.GetProperty("data");
        foreach (var checkpoint in data.TryGetProperty("checkpoints", out var all) ? all.EnumerateArray().ToArray() : [data])
            _checkpoints.Add((key, checkpoint.GetProperty("checkpointId").GetString()!, checkpoint.GetProperty("proofRoot").GetString()!));
    }

    private void Gather(StoredKey key, string recordId, Hash leaf, long seq)
    {
        if (ids.TryDecode(recordId, out var ledgerNo, out var index)) _promises.Add(new Promise(key, ledgerNo, index, leaf, seq));
        else notes.Find(AuditCodes.IdempotencyAnswer, key.Where, $"{recordId} is no record id of this installation");
    }

    private async Task CompareAsync(CancellationToken ct)
    {
        if (_promises.Count == 0) return;
        var found = await snapshot.ListAsync(
            "SELECT w.n, l.tenant_id, l.environment, r.leaf, r.seq FROM unnest($1::int[], $2::bigint[]) WITH ORDINALITY w(ledger_no, ledger_index, n) " +
            "LEFT JOIN ledgers l ON l.ledger_no = w.ledger_no LEFT JOIN records r ON r.ledger_no = w.ledger_no AND r.ledger_index = w.ledger_index ORDER BY w.n",
            row => new
            {
                Promise = _promises[(int)row.GetInt64(0) - 1],
                TenantId = row.IsDBNull(1) ? null : row.GetString(1),
                Environment = row.IsDBNull(2) ? null : row.GetString(2),
                Leaf = row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3),
                Seq = row.IsDBNull(4) ? 0 : row.GetInt64(4),
            },
            ct, _promises.ConvertAll(p => p.LedgerNo).ToArray(), _promises.ConvertAll(p => p.Index).ToArray());
        foreach (var row in found)
        {
            var (key, _, index, leaf, seq) = row.Promise;
            var what = FormattableString.Invariant($"ledger {row.Promise.LedgerNo} record {index}");
            if (row.Leaf is null) notes.Find(AuditCodes.IdempotencyAnswer, key.Where, $"{what} is not there");
            else if (row.TenantId != key.TenantId || row.Environment != key.Environment) notes.Find(AuditCodes.IdempotencyAnswer, key.Where, $"{what} is another tenant's");
            else if (!leaf.Bytes.SequenceEqual(row.Leaf)) notes.Find(AuditCodes.IdempotencyAnswer, key.Where, $"{what} was answered with {leaf}");
            else if (seq != row.Seq) notes.Find(AuditCodes.IdempotencyAnswer, key.Where, $"{what} was answered with number {seq} and has {row.Seq}");
        }

        _promises.Clear();
    }

    private async Task CompareCheckpointsAsync(CancellationToken ct)
    {
        if (_checkpoints.Count == 0) return;
        var found = await snapshot.ListAsync(
            "SELECT checkpoint_id, '0x' || encode(proof_root, 'hex') FROM checkpoints WHERE checkpoint_id = ANY($1)",
            row => (Id: row.GetString(0), Root: row.GetString(1)), ct, [_checkpoints.ConvertAll(c => c.CheckpointId).ToArray()]);
        var roots = found.ToDictionary(c => c.Id, c => c.Root);
        foreach (var (key, checkpointId, proofRoot) in _checkpoints)
        {
            if (!roots.TryGetValue(checkpointId, out var root)) notes.Find(AuditCodes.IdempotencyAnswer, key.Where, $"{checkpointId} is not there");
            else if (root != proofRoot) notes.Find(AuditCodes.IdempotencyAnswer, key.Where, $"{checkpointId} was answered with {proofRoot}");
        }

        _checkpoints.Clear();
    }

    /// <summary>What an answer said of one record.</summary>
    private sealed record Promise(StoredKey Key, int LedgerNo, long Index, Hash Leaf, long Seq);

    /// <param name="Name">First half of the SHA-256 of the key, which is the caller's own text.</param>
    private sealed record StoredKey(string TenantId, string Environment, short Route, string Name, short Status, byte[] Answer)
    {
        public string Where => FormattableString.Invariant($"idempotency key {Name} of {TenantId} {Environment} route {Route}");
    }
}
