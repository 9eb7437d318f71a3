using System.Collections.Concurrent;
using Npgsql;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Records;

/// <summary>Where a submission's records lie.</summary>
public sealed record SubmissionPlace(int LedgerNo, long FirstIndex, int RecordCount);

/// <summary>Finds a submission by its root while it is not sealed: an index in memory over the unsealed tails alone, extended
/// from the rows when somebody asks. The hot table has no index by hash.</summary>
/// <remarks>
/// Rows are never rewritten, so what was read stays true; what was sealed since is dropped at the next look, since
/// <c>submission_roots</c> then finds it. Every node has its own and none needs it: it can be empty at any time.
/// Bounded to <see cref="MaxRows"/> a ledger; of a longer backlog the newest part is found once the sealer has come closer.
/// </remarks>
public sealed class UnsealedTail(NpgsqlDataSource database)
{
    /// <summary>About a hundred bytes each.</summary>
    private const int MaxRows = 500_000;

    private const string Tails =
        "SELECT h.ledger_no, s.sealed_index, h.next_index FROM ledger_heads h JOIN ledger_seals s ON s.ledger_no = h.ledger_no " +
        "WHERE h.next_index > s.sealed_index";

    private const string Rows =
        "SELECT ledger_index, coalesce(submission_root, leaf) FROM records WHERE ledger_no = $1 AND ledger_index >= $2 AND ledger_index < $3 " +
        "AND length(coalesce(submission_root, leaf)) = 32 ORDER BY ledger_index";

    private readonly ConcurrentDictionary<int, Tail> _tails = new();

    /// <summary>The submission with this root among the records that are not sealed yet, or null.</summary>
    public async Task<SubmissionPlace?> FindAsync(Hash root, CancellationToken ct)
    {
        var ledgers = await ReadTailsAsync(ct);
        foreach (var known in _tails.Keys)
            if (!ledgers.ContainsKey(known)) _tails.TryRemove(known, out _);

        foreach (var (ledgerNo, (sealedIndex, nextIndex)) in ledgers)
        {
            var tail = _tails.GetOrAdd(ledgerNo, static _ => new Tail());
            await tail.Gate.WaitAsync(ct);
            try
            {
                tail.DropBelow(sealedIndex);
                await ExtendAsync(ledgerNo, tail, nextIndex, ct);
                if (tail.Find(root) is { } place) return new SubmissionPlace(ledgerNo, place.First, place.Count);
            }
            finally
            {
                tail.Gate.Release();
            }
        }

        return null;
    }

    private async Task<Dictionary<int, (long SealedIndex, long NextIndex)>> ReadTailsAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(Tails);
        await using var row = await command.ExecuteReaderAsync(ct);
        var ledgers = new Dictionary<int, (long, long)>();
        while (await row.ReadAsync(ct)) ledgers[row.GetInt32(0)] = (row.GetInt64(1), row.GetInt64(2));
        return ledgers;
    }

    private async Task ExtendAsync(int ledgerNo, Tail tail, long nextIndex, CancellationToken ct)
    {
        var until = Math.Min(nextIndex, tail.From + MaxRows);
        if (tail.Until >= until) return;
        await using var command = database.CreateCommand(Rows);
        command.Parameters.Add(new() { Value = ledgerNo });
        command.Parameters.Add(new() { Value = tail.Until });
        command.Parameters.Add(new() { Value = until });
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) tail.Add(row.GetInt64(0), RecordReader.ReadHash(row, 1));
        tail.Until = until;
    }

    /// <summary>[<see cref="From"/>, <see cref="Until"/>) of one ledger. Guarded by <see cref="Gate"/>.</summary>
    private sealed class Tail
    {
        private readonly Dictionary<Hash, (long First, int Count)> _places = [];
        private readonly Queue<(Hash Root, long Last)> _order = [];

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public long From { get; private set; }

        public long Until { get; set; }

        /// <summary>Records of one submission stand side by side.</summary>
        public void Add(long index, Hash root)
        {
            _places[root] = _places.TryGetValue(root, out var place) && place.First + place.Count == index ? (place.First, place.Count + 1) : (index, 1);
            _order.Enqueue((root, index));
        }

        public (long First, int Count)? Find(Hash root) => _places.TryGetValue(root, out var place) ? place : null;

        public void DropBelow(long sealedIndex)
        {
            while (_order.TryPeek(out var oldest) && oldest.Last < sealedIndex)
            {
                _order.Dequeue();
                // A submission goes when its last record is sealed.
                if (_places.TryGetValue(oldest.Root, out var place) && place.First + place.Count <= sealedIndex) _places.Remove(oldest.Root);
            }

            From = Math.Max(From, sealedIndex);
            Until = Math.Max(Until, sealedIndex);
        }
    }
}
