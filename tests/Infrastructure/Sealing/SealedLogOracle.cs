using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Sealing;

/// <summary>Recomputes everything that sealing stores from the records, the slow and plain way, and names each difference.</summary>
internal sealed class SealedLogOracle(NpgsqlDataSource database, SealingScenario sealing)
{
    private readonly List<string> _complaints = [];

    public static async Task HoldsAsync(LedgerScenario ledger, SealingScenario sealing)
    {
        var oracle = new SealedLogOracle(ledger.Database, sealing);
        await oracle.CheckAsync();
        Assert.Empty(oracle._complaints);
    }

    private async Task CheckAsync()
    {
        var entries = new SortedDictionary<long, Entry>();
        foreach (var ledgerNo in await ListAsync("SELECT ledger_no FROM ledgers WHERE environment = $1 ORDER BY 1", r => r.GetInt32(0), sealing.Environment))
            await CheckLedgerAsync(ledgerNo, entries);
        foreach (var (id, root, index) in await ListAsync(
            "SELECT checkpoint_id, proof_root, log_index FROM checkpoints WHERE environment = $1 AND log_index IS NOT NULL",
            r => (r.GetString(0), RecordReader.ReadHash(r, 1), r.GetInt64(2)), sealing.Environment))
            Expect(entries.TryAdd(index, Entry.CheckpointRoot(root)), $"checkpoint {id} is the only one at {index}");
        await CheckLogAsync(entries);
    }

    private async Task CheckLedgerAsync(int ledgerNo, SortedDictionary<long, Entry> entries)
    {
        var sealedIndex = (await ListAsync("SELECT sealed_index FROM ledger_seals WHERE ledger_no = $1", r => r.GetInt64(0), ledgerNo))[0];
        var failed = (await ListAsync(
            "SELECT ledger_index, confirmed_leaf, healed_at IS NULL FROM record_failures WHERE ledger_no = $1",
            r => (Index: r.GetInt64(0), Leaf: RecordReader.ReadHash(r, 1), IsOpen: r.GetBoolean(2)), ledgerNo)).ToDictionary(f => f.Index);
        var rows = await ListAsync(
            $"SELECT {RecordReader.Columns}, c.customer_id, l.ledger_id FROM records r JOIN customers c USING (ledger_no, customer_no) JOIN ledgers l USING (ledger_no) " +
            "WHERE r.ledger_no = $1 AND r.ledger_index < $2 ORDER BY r.ledger_index",
            r => (Record: RecordReader.Read(r), CustomerId: r.GetString(RecordReader.ColumnCount), LedgerId: r.GetString(RecordReader.ColumnCount + 1)),
            ledgerNo, sealedIndex);
        Expect(rows.Count == sealedIndex, $"ledger {ledgerNo} has its {sealedIndex} sealed records");
        var leaves = rows.ConvertAll(r => failed.TryGetValue(r.Record.LedgerIndex, out var f) ? f.Leaf : r.Record.Leaf);
        foreach (var (record, customerId, ledgerId) in rows)
        {
            if (failed.TryGetValue(record.LedgerIndex, out var failure) && failure.IsOpen) continue;
            Expect(record.ReproducesLeaf(ledgerId, customerId, LedgerScenario.Ids), $"record {record.LedgerIndex} gives its hash");
        }

        var verifiedAt = await CheckBlocksAsync(ledgerNo, sealedIndex, leaves, entries);
        await CheckSubmissionsAsync(ledgerNo, [.. rows.Select(r => r.Record)], leaves);
        await CheckMonthsAsync(ledgerNo, [.. rows.Select(r => r.Record)], leaves, verifiedAt, index => failed.TryGetValue(index, out var f) && f.IsOpen);
        await CheckDaysAsync(ledgerNo, rows.Select(r => r.Record).Where(r => !(failed.TryGetValue(r.LedgerIndex, out var f) && f.IsOpen)));
    }

    private async Task<List<Timestamp>> CheckBlocksAsync(int ledgerNo, long sealedIndex, List<Hash> leaves, SortedDictionary<long, Entry> entries)
    {
        var next = 0L;
        var verifiedAt = new List<Timestamp>();
        foreach (var (first, count, root, logIndex, treeSize, at) in await ListAsync(
            "SELECT first_index, record_count, root, log_index, tree_size, verified_at FROM blocks WHERE ledger_no = $1 ORDER BY first_index",
            r => (r.GetInt64(0), r.GetInt32(1), RecordReader.ReadHash(r, 2), r.GetInt64(3), r.GetInt64(4), RecordReader.ReadTimestamp(r, 5)), ledgerNo))
        {
            Expect(first == next && count is > 0 and <= 4_096, $"block {first} of {ledgerNo} follows on {next}");
            Expect(root == MerkleTree.Root(leaves.Skip((int)first).Take(count).ToArray()), $"block {first} of {ledgerNo} has the root of its records");
            Expect(treeSize > logIndex && entries.TryAdd(logIndex, Entry.Block(root)), $"block {first} is the only one at {logIndex}");
            verifiedAt.AddRange(Enumerable.Repeat(at, count));
            next = first + count;
        }

        Expect(next == sealedIndex, $"the blocks of {ledgerNo} end at {sealedIndex}, not {next}");
        return verifiedAt;
    }

    private async Task CheckSubmissionsAsync(int ledgerNo, List<StoredRecord> records, List<Hash> leaves)
    {
        var expected = new List<(long, long, int)>();
        for (var i = 0; i < records.Count;)
        {
            var count = 1;
            while (i + count < records.Count && records[i].SubmissionRoot is not null && records[i + count].SubmissionRoot == records[i].SubmissionRoot) count++;
            expected.Add((SubmissionLookup.PrefixOf(MerkleTree.Root(leaves.Skip(i).Take(count).ToArray())), i, count));
            i += count;
        }

        var stored = await ListAsync(
            "SELECT root_prefix, first_index, record_count FROM submission_roots WHERE ledger_no = $1 ORDER BY first_index",
            r => (r.GetInt64(0), r.GetInt64(1), r.GetInt32(2)), ledgerNo);
        Expect(expected.SequenceEqual(stored), $"the submissions of {ledgerNo} are found by their roots");
    }

    private async Task CheckMonthsAsync(int ledgerNo, List<StoredRecord> records, List<Hash> leaves, List<Timestamp> verifiedAt, Func<long, bool> isFailed)
    {
        var expected = new SortedDictionary<(int, int), Month>();
        Month Of(int customerNo, Timestamp at) => expected.TryGetValue((customerNo, CustomerMonth.Of(at)), out var month)
            ? month : expected[(customerNo, CustomerMonth.Of(at))] = new Month();
        for (var i = 0; i < records.Count && i < verifiedAt.Count; i++)
        {
            if (isFailed(i)) Of(records[i].CustomerNo, records[i].AcceptedAt).HasFailed = true;
            if (isFailed(i)) continue;
            Of(records[i].CustomerNo, records[i].AcceptedAt).Add(records[i], leaves[i]);
            Of(records[i].CustomerNo, verifiedAt[i]).Verified++;
        }

        var stored = await ListAsync(
            "SELECT customer_no, month, record_count, verified_count, net, increases, decreases, closing, first_seq, last_seq, first_at, last_at, unit, mixed_units, " +
            "frontier, frontier_mac FROM customer_months WHERE ledger_no = $1 ORDER BY customer_no, month",
            r => (Key: (r.GetInt32(0), r.GetInt32(1)),
                Line: FormattableString.Invariant($"{r.GetInt64(2)} {r.GetInt64(3)} {Amount.FromDecimal(r.GetDecimal(4))} {Amount.FromDecimal(r.GetDecimal(5))} {Amount.FromDecimal(r.GetDecimal(6))} {Amount.FromDecimal(r.GetDecimal(7))} {(r.IsDBNull(8) ? 0 : r.GetInt64(8))} {(r.IsDBNull(9) ? 0 : r.GetInt64(9))} {(r.IsDBNull(10) ? default : RecordReader.ReadTimestamp(r, 10))} {(r.IsDBNull(11) ? default : RecordReader.ReadTimestamp(r, 11))} {(r.IsDBNull(12) ? "" : r.GetString(12))} {r.GetBoolean(13)}"),
                FirstSeq: r.IsDBNull(8) ? 0 : r.GetInt64(8), Frontier: r.GetFieldValue<byte[]>(14), Mac: r.GetFieldValue<byte[]>(15)), ledgerNo);
        var expectedLines = expected.Where(m => !m.Value.IsEmpty).Select(m => $"{m.Key} {m.Value.Line}");
        var storedLines = stored.Select(m => $"{m.Key} {m.Line}");
        foreach (var difference in expectedLines.Except(storedLines)) _complaints.Add($"ledger {ledgerNo} lacks the month {difference}");
        foreach (var difference in storedLines.Except(expectedLines)) _complaints.Add($"ledger {ledgerNo} has the month {difference}");
        foreach (var (key, _, firstSeq, frontier, mac) in stored)
        {
            if (!expected.TryGetValue(key, out var month) || month.HasFailed || month.IsUncounted) continue;
            Expect(
                sealing.FrontierMac.TryOpen(ledgerNo, key.Item1, key.Item2, firstSeq, frontier, mac, out var tree) && tree.Root() == month.Tree.Root(),
                $"the edge of month {key} of ledger {ledgerNo} is that of its records");
        }
    }

    private async Task CheckDaysAsync(int ledgerNo, IEnumerable<StoredRecord> verified)
    {
        var expected = verified.GroupBy(r => (r.CustomerNo, Day: r.AcceptedAt.ToString()[..10]))
            .Select(day => FormattableString.Invariant(
                $"{day.Key.CustomerNo} {day.Key.Day} {day.Count()} {Amount.FromDecimal(day.Sum(r => Math.Max(0, r.Delta.Value)))} {Amount.FromDecimal(day.Sum(r => Math.Min(0, r.Delta.Value)))}"))
            .Order(StringComparer.Ordinal);
        var stored = await ListAsync(
            "SELECT customer_no, (date '1970-01-01' + day)::text, record_count, increases, decreases FROM customer_days WHERE ledger_no = $1",
            r => FormattableString.Invariant($"{r.GetInt32(0)} {r.GetString(1)} {r.GetInt64(2)} {Amount.FromDecimal(r.GetDecimal(3))} {Amount.FromDecimal(r.GetDecimal(4))}"),
            ledgerNo);
        Expect(expected.SequenceEqual(stored.Order(StringComparer.Ordinal)), $"the days of ledger {ledgerNo} are those of its records");
    }

    private async Task CheckLogAsync(SortedDictionary<long, Entry> expected)
    {
        var entries = await ListAsync(
            "SELECT log_index, entry FROM log_entries WHERE environment = $1 ORDER BY log_index",
            r => (r.GetInt64(0), Entry.FromBytes(r.GetFieldValue<byte[]>(1))), sealing.Environment);
        Expect(entries.SequenceEqual(expected.Select(e => (e.Key, e.Value))), "the log's entries are those of the blocks and checkpoints");
        var nodes = new HashSet<(int, long, Hash)>();
        var roots = new Dictionary<long, Hash> { [0] = MerkleTree.EmptyRoot };
        var tree = new TreeFrontier();
        foreach (var (_, entry) in entries)
        {
            tree.Append(entry.LeafHash(), (level, index, hash) => nodes.Add((level, index, hash)));
            roots[tree.Size.Value] = tree.Root();
        }

        var stored = await ListAsync(
            "SELECT level, node_index, hash FROM log_nodes WHERE environment = $1", r => ((int)r.GetInt16(0), r.GetInt64(1), RecordReader.ReadHash(r, 2)), sealing.Environment);
        Expect(nodes.SetEquals(stored) && nodes.Count == stored.Count, "the log's nodes are those of its entries");

        var heads = await ListAsync(
            "SELECT size, root, note FROM tree_heads WHERE environment = $1 ORDER BY size", r => (r.GetInt64(0), RecordReader.ReadHash(r, 1), r.GetString(2)), sealing.Environment);
        foreach (var (size, root, note) in heads)
        {
            Expect(
                SignedTreeHead.TryParse(note, out var head) && head.Head == new TreeHead(sealing.Origin, new TreeSize(size), root) && head.IsSignedBy(sealing.VerifierKey)
                && roots.GetValueOrDefault(size) == root, $"the tree head of size {size} is signed and true");
        }

        var state = (await ListAsync("SELECT size FROM log_state WHERE environment = $1", r => r.GetInt64(0), sealing.Environment))[0];
        Expect(heads[^1].Item1 == state && state == entries.Count, $"the log is at its last head, {state}");
        var mark = MarkContent.FromBytes((await sealing.Mark.ReadAsync(default))!);
        Expect(mark.Head == heads[^1].Item3, "the mark keeps the last head");
    }

    private void Expect(bool holds, string what)
    {
        if (!holds) _complaints.Add($"It does not hold that {what}.");
    }

    private async Task<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> read, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await using var row = await command.ExecuteReaderAsync();
        var list = new List<T>();
        while (await row.ReadAsync()) list.Add(read(row));
        return list;
    }

    private sealed class Month
    {
        private long _count;
        private Amount _net, _increases, _decreases, _closing;
        private long _firstSeq, _lastSeq;
        private Timestamp _firstAt, _lastAt;
        private string? _unit;
        private bool _isMixed;

        public long Verified { get; set; }

        public bool HasFailed { get; set; }

        public bool IsUncounted => _count == 0;

        public bool IsEmpty => _count == 0 && Verified == 0;

        public TreeFrontier Tree { get; } = new();

        public string Line => FormattableString.Invariant(
            $"{_count} {Verified} {_net} {_increases} {_decreases} {_closing} {_firstSeq} {_lastSeq} {_firstAt} {_lastAt} {_unit} {_isMixed}");

        public void Add(StoredRecord record, Hash leaf)
        {
            if (_count++ == 0) (_firstSeq, _firstAt) = (record.Seq, record.AcceptedAt);
            (_lastSeq, _lastAt, _closing) = (record.Seq, record.AcceptedAt, record.BalanceAfter);
            _net += record.Delta;
            if (record.Delta > Amount.Zero) _increases += record.Delta;
            else _decreases += record.Delta;
            if (record.Unit is not null && record.Unit != _unit) _isMixed |= _unit is not null;
            _unit ??= record.Unit;
            Tree.Append(leaf);
        }
    }
}
