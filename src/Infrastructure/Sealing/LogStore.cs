using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>The log's rows as the sealer reads and creates them. What a tree head adds is <see cref="SealCommit"/>'s.</summary>
internal static class LogStore
{
    /// <summary>How a reason begins that the sealer wrote; only such a "do not write" is lifted by it again.</summary>
    private const string MarkReason = "mark: ";

    private const string ReadHead =
        "SELECT s.origin, s.size, h.note, s.do_not_write, s.reason, h.signed_at FROM log_state s " +
        "LEFT JOIN tree_heads h ON h.environment = s.environment AND h.size = s.size WHERE s.environment = $1";

    public static async Task<DatabaseHead?> ReadHeadAsync(NpgsqlConnection connection, string environment, CancellationToken ct)
    {
        await using var command = Sql.Command(connection, ReadHead, environment);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct)
            ? new DatabaseHead(row.GetString(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetBoolean(3), row.IsDBNull(4) ? null : row.GetString(4))
            : null;
    }

    /// <summary>The log's right edge, from its stored nodes. Null when they do not give the root that was signed.</summary>
    public static async Task<LogEdge?> ReadEdgeAsync(NpgsqlConnection connection, string environment, string note, CancellationToken ct)
    {
        if (!SignedTreeHead.TryParse(note, out var signed)) return null;
        var needed = MerkleTree.NodesNeededForRoot(signed.Head.Size);
        var hashes = await LogReader.ReadNodesAsync(connection, environment, needed, ct);
        if (hashes.Count != needed.Count) return null;

        var bytes = new byte[sizeof(long) + needed.Count * Hash.Size];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, signed.Head.Size.Value);
        for (var i = 0; i < needed.Count; i++) hashes[needed[i]].CopyTo(bytes.AsSpan(sizeof(long) + i * Hash.Size));
        var frontier = TreeFrontier.FromBytes(bytes);
        if (frontier.Root() != signed.Head.Root) return null;

        await using var command = Sql.Command(connection, "SELECT signed_at FROM tree_heads WHERE environment = $1 AND size = $2", environment, signed.Head.Size.Value);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new LogEdge(signed.Head.Origin, frontier, note, RecordReader.ReadTimestamp(row, 0)) : null;
    }

    /// <summary>An empty log with its first tree head and its keys, in one transaction.</summary>
    public static async Task CreateAsync(NpgsqlConnection connection, string environment, string note, IEnumerable<VerifierKey> keys, Timestamp now, CancellationToken ct)
    {
        if (!SignedTreeHead.TryParse(note, out var signed)) throw new ArgumentException("Not a signed tree head.", nameof(note));
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Sql.BatchCommand("INSERT INTO log_state (environment, origin) VALUES ($1, $2) ON CONFLICT DO NOTHING", environment, signed.Head.Origin));
        batch.BatchCommands.Add(Sql.BatchCommand(
            "INSERT INTO tree_heads (environment, size, root, note, signed_at) VALUES ($1, 0, $2, $3, $4)",
            environment, signed.Head.Root, note, now));
        foreach (var key in keys)
            batch.BatchCommands.Add(Sql.BatchCommand("INSERT INTO log_keys (environment, vkey, first_size) VALUES ($1, $2, 0)", environment, key.ToString()));
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Publishes the keys that sign from the next tree head on, and retires those that do not any more.</summary>
    public static async Task PublishKeysAsync(NpgsqlConnection connection, string environment, IEnumerable<VerifierKey> keys, long size, CancellationToken ct)
    {
        var vkeys = keys.Select(k => k.ToString()).ToArray();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Sql.BatchCommand(
            "UPDATE log_keys SET last_size = $3 WHERE environment = $1 AND last_size IS NULL AND vkey <> ALL($2)", environment, vkeys, size));
        batch.BatchCommands.Add(Sql.BatchCommand(
            "INSERT INTO log_keys (environment, vkey, first_size) SELECT $1, k, $3 FROM unnest($2) k ON CONFLICT (environment, vkey) DO UPDATE SET last_size = NULL " +
            "WHERE log_keys.last_size IS NOT NULL", environment, vkeys, size + 1));
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Writes in this environment answer 503 from now on.</summary>
    public static async Task RefuseAsync(NpgsqlConnection connection, string environment, string origin, string reason, CancellationToken ct)
    {
        // A database that has no log though the mark knows one gets a row to say so; it has no tree head and thus begins no log.
        await using var command = Sql.Command(
            connection,
            "INSERT INTO log_state AS s (environment, origin, do_not_write, reason) VALUES ($1, $2, true, $3) " +
            "ON CONFLICT (environment) DO UPDATE SET do_not_write = true, reason = excluded.reason " +
            "WHERE NOT s.do_not_write OR (s.reason LIKE 'mark: %' AND s.reason <> excluded.reason)",
            environment, origin, MarkReason + reason);
        await command.ExecuteNonQueryAsync(ct);
    }

    public static bool IsLiftable(DatabaseHead database) => database.Reason?.StartsWith(MarkReason, StringComparison.Ordinal) == true;

    /// <summary>Lifts what <see cref="RefuseAsync"/> set, and nothing that an operator set.</summary>
    public static async Task LiftAsync(NpgsqlConnection connection, string environment, CancellationToken ct)
    {
        await using var command = Sql.Command(
            connection, "UPDATE log_state SET do_not_write = false, reason = NULL WHERE environment = $1 AND do_not_write AND reason LIKE 'mark: %'", environment);
        await command.ExecuteNonQueryAsync(ct);
    }
}
