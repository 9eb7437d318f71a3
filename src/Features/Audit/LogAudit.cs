using PacSpace.Evidence;

namespace PacSpace.Features.Audit;

/// <summary>Builds one environment's log again from its entries: every node, and every tree head ever signed at its size.</summary>
/// <remarks>Consistency of the tree heads with each other follows from this: all of them are roots of prefixes of one list.
/// Memory: the right edge of the tree and one page of entries with their nodes.</remarks>
internal sealed class LogAudit(AuditSnapshot snapshot, AuditNotes notes, string environment)
{
    private const int ChunkEntries = 4_096;

    private readonly TreeFrontier _log = new();
    private readonly Dictionary<(int Level, long Index), Hash> _built = [];
    private readonly HeadSignatures _signatures = new(notes);
    private long _heads;

    /// <summary>Root of the log at the size it has.</summary>
    public Hash Root => _log.Root();

    public async Task RunAsync(CancellationToken ct)
    {
        var state = await snapshot.ListAsync(
            "SELECT origin, size, do_not_write, coalesce(reason, '') FROM log_state WHERE environment = $1",
            row => new { Origin = row.GetString(0), Size = row.GetInt64(1), DoNotWrite = row.GetBoolean(2), Reason = row.GetString(3) }, ct, environment);
        var (origin, size) = state is [var log] ? (log.Origin, log.Size) : ("", 0);
        if (state is [{ DoNotWrite: true } stopped]) notes.Find(AuditCodes.LogStopped, Where(), $"{stopped.Reason}");
        await _signatures.LoadKeysAsync(snapshot, environment, origin, ct);

        await using var heads = snapshot.StreamBeside(
            "SELECT size, root, note FROM tree_heads WHERE environment = $1 ORDER BY size",
            row => new StoredHead(row.GetInt64(0), row.GetFieldValue<byte[]>(1), row.GetString(2)), ct, environment);
        await CheckHeadsAsync(heads);

        long first = 0;
        await foreach (var (index, entry) in snapshot.StreamAsync(
            "SELECT log_index, entry FROM log_entries WHERE environment = $1 ORDER BY log_index",
            row => (Index: row.GetInt64(0), Entry: row.GetFieldValue<byte[]>(1)), ct, environment))
        {
            if (index != _log.Size.Value)
            {
                notes.Find(AuditCodes.LogMissing, Where(_log.Size.Value), $"the next entry is {index}; nothing behind the hole was checked");
                return;
            }

            _log.Append(MerkleTree.LeafHash(entry), (level, node, hash) => _built[(level, node)] = hash);
            await CheckHeadsAsync(heads);
            notes.Progress($"log of {environment}", _log.Size.Value, size);
            if (_log.Size.Value - first < ChunkEntries) continue;
            await CheckNodesAsync(first, ct);
            first = _log.Size.Value;
        }

        await CheckNodesAsync(first, ct);
        await CheckEndAsync(state.Count > 0, size, await heads.PeekAsync(), ct);
        await CheckEntriesAsync(ct);
        _signatures.Finish();
        notes.Counts = notes.Counts with
        {
            LogEntries = notes.Counts.LogEntries + _log.Size.Value,
            TreeHeads = notes.Counts.TreeHeads + _heads,
        };
    }

    private async Task CheckHeadsAsync(Beside<StoredHead> heads)
    {
        for (; await heads.PeekAsync() is { } head && head.Size == _log.Size.Value; await heads.MoveAsync())
        {
            _heads++;
            var root = _log.Root();
            if (!root.Bytes.SequenceEqual(head.Root)) notes.Find(AuditCodes.HeadRoot, Where(head.Size), $"the entries give {root}");
            _signatures.Check(head, root);
        }
    }

    /// <summary>Compares the nodes that became complete with the entries from <paramref name="first"/> on.</summary>
    private async Task CheckNodesAsync(long first, CancellationToken ct)
    {
        if (_built.Count == 0) return;
        var end = _log.Size.Value;
        var levels = new List<short>();
        for (short level = 0; level < 63; level++)
        {
            if (end >> level > first >> level) levels.Add(level);
        }

        var stored = await snapshot.ListAsync(
            "SELECT n.level, n.node_index, n.hash FROM unnest($2::smallint[], $3::bigint[], $4::bigint[]) w(level, low, high) " +
            "JOIN log_nodes n ON n.environment = $1 AND n.level = w.level AND n.node_index BETWEEN w.low AND w.high",
            row => (Level: (int)row.GetInt16(0), Index: row.GetInt64(1), Hash: row.GetFieldValue<byte[]>(2)), ct, environment,
            levels.ToArray(), levels.ConvertAll(l => first >> l).ToArray(), levels.ConvertAll(l => (end >> l) - 1).ToArray());
        foreach (var node in stored)
        {
            if (_built.Remove((node.Level, node.Index), out var hash) && !hash.Bytes.SequenceEqual(node.Hash))
                notes.Find(AuditCodes.LogNode, Where(node.Level, node.Index), $"the entries give {hash}");
        }

        foreach (var (level, index) in _built.Keys) notes.Find(AuditCodes.LogNode, Where(level, index), $"the node is missing");
        notes.Counts = notes.Counts with { LogNodes = notes.Counts.LogNodes + stored.Count };
        _built.Clear();
    }

    private async Task CheckEndAsync(bool hasLog, long size, StoredHead? beyond, CancellationToken ct)
    {
        if (_log.Size.Value != size) notes.Find(AuditCodes.LogMissing, Where(), $"the log has {_log.Size.Value} entries and says it has {size}");
        if (beyond is not null) notes.Find(AuditCodes.HeadRoot, Where(beyond.Size), $"the log has only {_log.Size.Value} entries");
        var latest = await snapshot.CountAsync("SELECT coalesce(max(size), -1) FROM tree_heads WHERE environment = $1", ct, environment);
        if (hasLog && latest < size) notes.Find(AuditCodes.HeadMissing, Where(size), $"the latest tree head is of size {latest}");

        var expected = 0L;
        for (var level = 0; level < 63; level++) expected += _log.Size.Value >> level;
        var stored = await snapshot.CountAsync("SELECT count(*) FROM log_nodes WHERE environment = $1", ct, environment);
        if (stored > expected) notes.Find(AuditCodes.LogNode, Where(), $"{stored} nodes are stored and the log has {expected}");
    }

    /// <summary>Every entry stands for something that names it back; what the entry's bytes are is compared with the block or checkpoint.</summary>
    private async Task CheckEntriesAsync(CancellationToken ct)
    {
        await foreach (var index in snapshot.StreamAsync(
            "SELECT e.log_index FROM log_entries e LEFT JOIN blocks b ON b.ledger_no = e.ledger_no AND b.first_index = e.first_index " +
            "LEFT JOIN checkpoints c ON c.checkpoint_id = e.checkpoint_id WHERE e.environment = $1 AND NOT coalesce(" +
            "CASE WHEN e.checkpoint_id IS NULL THEN b.log_index = e.log_index AND b.environment = e.environment " +
            "ELSE e.ledger_no IS NULL AND c.log_index = e.log_index AND c.environment = e.environment END, false) ORDER BY 1",
            row => row.GetInt64(0), ct, environment))
        {
            notes.Find(AuditCodes.LogEntry, Where(index), $"no block and no checkpoint says that it is this entry");
        }
    }

    private string Where() => $"log {environment}";

    private string Where(long index) => FormattableString.Invariant($"log {environment} {index}");

    private string Where(int level, long index) => FormattableString.Invariant($"log {environment} node {level}/{index}");
}

internal sealed record StoredHead(long Size, byte[] Root, string Note);
