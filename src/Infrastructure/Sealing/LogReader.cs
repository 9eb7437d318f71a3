using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>A tree head as it was committed; whoever reads it may show it.</summary>
public sealed record StoredTreeHead(TreeSize Size, Hash Root, string Note, DateTimeOffset SignedAt);

/// <summary>A key that signed or signs a log.</summary>
/// <param name="LastSize">Null while it signs.</param>
public sealed record LogKey(string VerifierKey, long FirstSize, long? LastSize);

/// <summary>Reads the log of an environment: heads, proofs, nodes, entries. Each proof is one query.</summary>
/// <remarks>Nodes and entries never change once they are committed, so several reads need no common snapshot: whoever begins
/// from a tree head gets what that tree head covers.</remarks>
public sealed class LogReader(NpgsqlDataSource database)
{
    private const string ReadHead = "SELECT size, root, note, signed_at FROM tree_heads WHERE environment = $1 ";

    private readonly ConcurrentDictionary<string, string> _origins = new();

    public Task<StoredTreeHead?> LatestHeadAsync(string environment, CancellationToken ct) =>
        HeadAsync(ReadHead + "AND size = (SELECT size FROM log_state WHERE environment = $1)", ct, environment);

    /// <summary>The tree head of exactly this size; null when none was signed.</summary>
    public Task<StoredTreeHead?> HeadAtAsync(string environment, TreeSize size, CancellationToken ct) =>
        HeadAsync(ReadHead + "AND size = $2", ct, environment, size.Value);

    /// <summary>The origin of the log, fixed when it was created and so asked for once; null while there is none.</summary>
    public async ValueTask<string?> OriginAsync(string environment, CancellationToken ct)
    {
        if (_origins.TryGetValue(environment, out var known)) return known;
        await using var command = Command("SELECT origin FROM log_state WHERE environment = $1", environment);
        return await command.ExecuteScalarAsync(ct) is string origin ? _origins.GetOrAdd(environment, origin) : null;
    }

    /// <summary>Those that sign first, then the retired ones, the last retired first.</summary>
    public async Task<IReadOnlyList<LogKey>> KeysAsync(string environment, CancellationToken ct)
    {
        await using var command = Command(
            "SELECT vkey, first_size, last_size FROM log_keys WHERE environment = $1 ORDER BY last_size DESC NULLS FIRST, first_size DESC, vkey", environment);
        await using var row = await command.ExecuteReaderAsync(ct);
        var keys = new List<LogKey>();
        while (await row.ReadAsync(ct)) keys.Add(new LogKey(row.GetString(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt64(2)));
        return keys;
    }

    /// <summary>The inclusion path of an entry in the tree of that size, which must not be larger than the log.</summary>
    public async Task<Hash[]> InclusionPathAsync(string environment, LeafIndex index, TreeSize size, CancellationToken ct)
    {
        var nodes = await NodesAsync(environment, MerkleTree.NodesNeededForInclusion(index, size), ct);
        return MerkleTree.InclusionPath(index, size, Reader(nodes));
    }

    /// <summary>The consistency path between two sizes, neither larger than the log.</summary>
    public async Task<Hash[]> ConsistencyPathAsync(string environment, TreeSize first, TreeSize second, CancellationToken ct)
    {
        var nodes = await NodesAsync(environment, MerkleTree.NodesNeededForConsistency(first, second), ct);
        return MerkleTree.ConsistencyPath(first, second, Reader(nodes));
    }

    /// <summary>The root that the log had at that size, whether a tree head was signed for it or not.</summary>
    public async Task<Hash> RootAtAsync(string environment, TreeSize size, CancellationToken ct)
    {
        var nodes = await NodesAsync(environment, MerkleTree.NodesNeededForRoot(size), ct);
        return MerkleTree.RootAt(size, Reader(nodes));
    }

    /// <summary>The entry at an index with what it stands for; null when there is none.</summary>
    public async Task<Entry?> EntryAsync(string environment, LeafIndex index, CancellationToken ct)
    {
        await using var command = Command("SELECT entry FROM log_entries WHERE environment = $1 AND log_index = $2", environment, index.Value);
        return await command.ExecuteScalarAsync(ct) is byte[] bytes ? Entry.FromBytes(bytes) : null;
    }

    /// <summary>Consecutive entries; fewer when the log ends before.</summary>
    public async Task<IReadOnlyList<Entry>> EntriesAsync(string environment, LeafIndex first, int count, CancellationToken ct)
    {
        await using var command = Command(
            "SELECT entry FROM log_entries WHERE environment = $1 AND log_index >= $2 AND log_index < $2 + $3 ORDER BY log_index",
            environment, first.Value, (long)count);
        await using var row = await command.ExecuteReaderAsync(ct);
        var entries = new List<Entry>(count);
        while (await row.ReadAsync(ct)) entries.Add(Entry.FromBytes(row.GetFieldValue<byte[]>(0)));
        return entries;
    }

    /// <summary>Consecutive nodes of one level; fewer when the log ends before.</summary>
    public async Task<IReadOnlyList<Hash>> NodesAsync(string environment, TreeNode first, int count, CancellationToken ct)
    {
        await using var command = Command(
            "SELECT hash FROM log_nodes WHERE environment = $1 AND level = $2 AND node_index >= $3 AND node_index < $3 + $4 ORDER BY node_index",
            environment, (short)first.Level, first.Index, (long)count);
        await using var row = await command.ExecuteReaderAsync(ct);
        var hashes = new List<Hash>(count);
        while (await row.ReadAsync(ct)) hashes.Add(RecordReader.ReadHash(row, 0));
        return hashes;
    }

    private async Task<Dictionary<TreeNode, Hash>> NodesAsync(string environment, IReadOnlyList<TreeNode> nodes, CancellationToken ct)
    {
        if (nodes.Count == 0) return [];
        await using var connection = await database.OpenConnectionAsync(ct);
        return await ReadNodesAsync(connection, environment, nodes, ct);
    }

    /// <summary>Stored nodes by their place; those that are not stored are not in the answer.</summary>
    internal static async Task<Dictionary<TreeNode, Hash>> ReadNodesAsync(
        NpgsqlConnection connection, string environment, IReadOnlyList<TreeNode> nodes, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "SELECT n.level, n.node_index, n.hash FROM unnest($2::smallint[], $3::bigint[]) k(level, node_index) " +
            "JOIN log_nodes n ON n.environment = $1 AND n.level = k.level AND n.node_index = k.node_index", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = environment });
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = nodes.Select(n => (short)n.Level).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Smallint,
        });
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = nodes.Select(n => n.Index).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint,
        });
        await using var row = await command.ExecuteReaderAsync(ct);
        var hashes = new Dictionary<TreeNode, Hash>(nodes.Count);
        while (await row.ReadAsync(ct)) hashes[new TreeNode(row.GetInt16(0), row.GetInt64(1))] = RecordReader.ReadHash(row, 2);
        return hashes;
    }

    private static NodeReader Reader(Dictionary<TreeNode, Hash> nodes) => (level, index) =>
        nodes.TryGetValue(new TreeNode(level, index), out var hash)
            ? hash
            : throw new InvalidOperationException($"The log has lost node {index} of level {level}.");

    private async Task<StoredTreeHead?> HeadAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = Command(sql, values);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct)
            ? new StoredTreeHead(new TreeSize(row.GetInt64(0)), RecordReader.ReadHash(row, 1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3))
            : null;
    }

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
