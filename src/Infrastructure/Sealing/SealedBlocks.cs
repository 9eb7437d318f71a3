using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>Reads blocks as they were sealed, for proofs and for the chain's word on a record.</summary>
public sealed class SealedBlocks(NpgsqlDataSource database)
{
    private const string Find =
        "SELECT b.first_index, b.record_count, b.root, b.log_index, b.tree_size, b.sealed_at, b.verified_at, b.environment FROM blocks b " +
        "WHERE b.ledger_no = $1 AND b.first_index <= $2 AND b.first_index + b.record_count > $2 ORDER BY b.first_index DESC LIMIT 1";

    // A record that failed once was sealed with its confirmed hash, whatever its row says now.
    private const string ReadLeaves =
        "SELECT r.ledger_index, coalesce(f.confirmed_leaf, r.leaf) FROM records r " +
        "LEFT JOIN record_failures f ON f.ledger_no = r.ledger_no AND f.ledger_index = r.ledger_index " +
        "WHERE r.ledger_no = $1 AND r.ledger_index >= $2 AND r.ledger_index < $3 ORDER BY r.ledger_index";

    /// <summary>The block that holds a record; null while the record is not sealed.</summary>
    public async Task<SealedBlock?> FindAsync(int ledgerNo, long ledgerIndex, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return (await FindAsync(connection, ledgerNo, ledgerIndex, ct))?.Block;
    }

    /// <summary>The leaf hashes of a block, in order. Null when a row is missing: then no path can be made from rows.</summary>
    /// <remarks>They are stored hashes; the caller compares the root that they give with the block's.</remarks>
    public async Task<Hash[]?> LeavesAsync(int ledgerNo, SealedBlock block, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await LeavesAsync(connection, ledgerNo, block, ct);
    }

    /// <summary>Whether the log has this hash at the record's place: the leaves of the block, with this one among them, give
    /// the block's root, whose entry leads to the root of the log's latest tree head.</summary>
    internal static async Task<bool> IsSealedAsync(NpgsqlConnection connection, int ledgerNo, long ledgerIndex, Hash leaf, CancellationToken ct)
    {
        if (await FindAsync(connection, ledgerNo, ledgerIndex, ct) is not var (block, environment)) return false;
        if (await LeavesAsync(connection, ledgerNo, block, ct) is not { } leaves) return false;
        leaves[ledgerIndex - block.FirstIndex] = leaf;
        if (MerkleTree.Root(leaves) != block.Root) return false;

        await using var command = Sql.Command(
            connection, "SELECT h.size, h.root FROM log_state s JOIN tree_heads h USING (environment, size) WHERE s.environment = $1", environment);
        TreeSize size;
        Hash root;
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            if (!await row.ReadAsync(ct)) return false;
            (size, root) = (new TreeSize(row.GetInt64(0)), RecordReader.ReadHash(row, 1));
        }

        var index = new LeafIndex(block.LogIndex);
        if (!size.Contains(index)) return false;
        var needed = MerkleTree.NodesNeededForInclusion(index, size);
        var nodes = await LogReader.ReadNodesAsync(connection, environment, needed, ct);
        if (!needed.All(nodes.ContainsKey)) return false;
        var path = MerkleTree.InclusionPath(index, size, (level, at) => nodes[new TreeNode(level, at)]);
        return MerkleTree.CheckInclusion(Entry.Block(block.Root).LeafHash(), index, size, path, root);
    }

    private static async Task<(SealedBlock Block, string Environment)?> FindAsync(
        NpgsqlConnection connection, int ledgerNo, long ledgerIndex, CancellationToken ct)
    {
        await using var command = Sql.Command(connection, Find, ledgerNo, ledgerIndex);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        var block = new SealedBlock(
            row.GetInt64(0), row.GetInt32(1), RecordReader.ReadHash(row, 2), row.GetInt64(3), row.GetInt64(4),
            row.GetFieldValue<DateTimeOffset>(5), row.GetFieldValue<DateTimeOffset>(6));
        return (block, row.GetString(7));
    }

    private static async Task<Hash[]?> LeavesAsync(NpgsqlConnection connection, int ledgerNo, SealedBlock block, CancellationToken ct)
    {
        await using var command = Sql.Command(connection, ReadLeaves, ledgerNo, block.FirstIndex, block.FirstIndex + block.RecordCount);
        await using var row = await command.ExecuteReaderAsync(ct);
        var leaves = new Hash[block.RecordCount];
        var count = 0;
        while (await row.ReadAsync(ct))
        {
            if (row.GetInt64(0) != block.FirstIndex + count) return null;
            try
            {
                leaves[count++] = RecordReader.ReadHash(row, 1);
            }
            catch (ArgumentException)
            {
                leaves[count - 1] = default; // a damaged column: the leaves will not give the root
            }
        }

        return count == leaves.Length ? leaves : null;
    }
}
