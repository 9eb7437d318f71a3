using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Audit;

/// <summary>Whether the blocks of a ledger cover its sealed records without hole or overlap, give their roots, and are in the log
/// where they say.</summary>
internal sealed class BlockCheck : IAsyncDisposable
{
    private const int MaxBlockRecords = 4_096;

    private readonly AuditNotes _notes;
    private readonly AuditedLedger _ledger;
    private readonly Beside<StoredBlock> _blocks;
    private readonly List<Hash> _leaves = [];
    private readonly List<(int Position, Hash Other)> _doubtful = [];
    private StoredBlock? _block;
    private long _end;
    private long _count;

    public BlockCheck(AuditSnapshot snapshot, AuditNotes notes, AuditedLedger ledger, CancellationToken ct)
    {
        (_notes, _ledger) = (notes, ledger);
        _blocks = snapshot.StreamBeside(StoredBlock.Select, StoredBlock.Read, ct, ledger.LedgerNo, ledger.Environment);
    }

    /// <summary>When the record's block became verified; null when it is in none.</summary>
    public async ValueTask<Timestamp?> AddAsync(AuditedRow row)
    {
        if (row.Index >= _ledger.SealedIndex) return null;
        while (row.Index >= _end)
        {
            if (!await NextAsync()) return null;
        }

        if (_block is null || row.Index < _block.FirstIndex) return null;
        if (!row.IsSound) _doubtful.Add((_leaves.Count, row.Other));
        _leaves.Add(row.Leaf);
        return _block.VerifiedAt;
    }

    /// <summary>Behind the last record.</summary>
    public async Task FinishAsync()
    {
        while (await NextAsync())
        {
        }

        if (_end != _ledger.SealedIndex)
            _notes.Find(AuditCodes.LedgerSeal, _ledger.Where(), $"the blocks end at {_end} and {_ledger.SealedIndex} records are said to be sealed");
        if (_ledger.SealedIndex > _ledger.NextIndex)
            _notes.Find(AuditCodes.LedgerSeal, _ledger.Where(), $"{_ledger.SealedIndex} records are said to be sealed and there are {_ledger.NextIndex}");
        _notes.Counts = _notes.Counts with { Blocks = _notes.Counts.Blocks + _count };
    }

    public ValueTask DisposeAsync() => _blocks.DisposeAsync();

    private async ValueTask<bool> NextAsync()
    {
        CheckRoot();
        _leaves.Clear();
        _doubtful.Clear();
        _block = await _blocks.PeekAsync();
        if (_block is null) return false;
        await _blocks.MoveAsync();
        _count++;
        var where = _ledger.Where(_block.FirstIndex, _block.FirstIndex + _block.RecordCount);
        if (_block.FirstIndex != _end) _notes.Find(AuditCodes.BlockRange, where, $"the block before ends at {_end}");
        if (_block.RecordCount is < 1 or > MaxBlockRecords) _notes.Find(AuditCodes.BlockRange, where, $"a block has 1 to {MaxBlockRecords} records");
        if (_block.LogComplaint() is { } complaint) _notes.Find(AuditCodes.BlockLog, where, $"{complaint}");
        _end = Math.Max(_end, _block.FirstIndex + _block.RecordCount);
        return true;
    }

    private void CheckRoot()
    {
        // A block that lacks rows was reported row by row; what they held is not known, so nothing more can be said of it.
        if (_block is null || _leaves.Count != _block.RecordCount) return;
        if (Rebuilt() is { } root && !_block.Root.AsSpan().SequenceEqual(root.Bytes))
            _notes.Find(AuditCodes.BlockRoot, _ledger.Where(_block.FirstIndex, _block.FirstIndex + _block.RecordCount), $"the records give {root}");
    }

    /// <summary>Null when some choice between the two hashes of doubtful rows gives the root.</summary>
    private Hash? Rebuilt() => DoubtfulRoot.Find(_leaves, _doubtful, root => _block!.Root.AsSpan().SequenceEqual(root.Bytes));

    private sealed record StoredBlock(
        long FirstIndex, int RecordCount, byte[] Root, long LogIndex, long TreeSize, Timestamp VerifiedAt, string Environment,
        byte[]? Entry, int? EntryLedger, long? EntryFirst, bool HasHead, long HeadBefore, string LedgerEnvironment)
    {
        public const string Select =
            "SELECT b.first_index, b.record_count, b.root, b.log_index, b.tree_size, b.verified_at, b.environment, e.entry, e.ledger_no, e.first_index, " +
            "EXISTS (SELECT 1 FROM tree_heads h WHERE h.environment = $2 AND h.size = b.tree_size), " +
            "coalesce((SELECT max(h.size) FROM tree_heads h WHERE h.environment = $2 AND h.size < b.tree_size), 0), $2 " +
            "FROM blocks b LEFT JOIN log_entries e ON e.environment = b.environment AND e.log_index = b.log_index " +
            "WHERE b.ledger_no = $1 ORDER BY b.first_index";

        public static StoredBlock Read(NpgsqlDataReader row) => new(
            row.GetInt64(0), row.GetInt32(1), row.GetFieldValue<byte[]>(2), row.GetInt64(3), row.GetInt64(4), RecordReader.ReadTimestamp(row, 5), row.GetString(6),
            row.IsDBNull(7) ? null : row.GetFieldValue<byte[]>(7), row.IsDBNull(8) ? null : row.GetInt32(8), row.IsDBNull(9) ? null : row.GetInt64(9),
            row.GetBoolean(10), row.GetInt64(11), row.GetString(12));

        public string? LogComplaint()
        {
            if (Environment != LedgerEnvironment) return $"the block is in the log of {Environment}";
            if (Entry is null) return FormattableString.Invariant($"the log has no entry {LogIndex}");
            if (Root.Length != Hash.Size || !Evidence.Entry.Block(Hash.FromBytes(Root)).ToArray().AsSpan().SequenceEqual(Entry))
                return FormattableString.Invariant($"entry {LogIndex} is not that of the block's root");
            if (EntryFirst != FirstIndex || EntryLedger is null) return FormattableString.Invariant($"entry {LogIndex} stands for another block");
            return HasHead && HeadBefore <= LogIndex && LogIndex < TreeSize
                ? null
                : FormattableString.Invariant($"entry {LogIndex} was not added by a tree head of size {TreeSize}");
        }
    }
}

/// <summary>The root over hashes of which some may be either of two.</summary>
internal static class DoubtfulRoot
{
    private const int MaxDoubtful = 8;

    /// <summary>Null when a choice gives the wanted root; else the root of the hashes as stored.</summary>
    public static Hash? Find(List<Hash> leaves, List<(int Position, Hash Other)> doubtful, Func<Hash, bool> isWanted)
    {
        var span = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(leaves);
        var asStored = MerkleTree.Root(span);
        if (isWanted(asStored)) return null;
        if (doubtful.Count is 0 or > MaxDoubtful) return asStored;
        var members = span.ToArray();
        for (var choice = 1; choice < 1 << doubtful.Count; choice++)
        {
            for (var i = 0; i < doubtful.Count; i++)
            {
                var (position, other) = doubtful[i];
                members[position] = (choice >> i & 1) == 1 ? other : leaves[position];
            }

            if (isWanted(MerkleTree.Root(members))) return null;
        }

        return asStored;
    }
}
