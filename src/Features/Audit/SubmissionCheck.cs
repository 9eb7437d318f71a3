using System.Buffers.Binary;
using Npgsql;
using PacSpace.Evidence;

namespace PacSpace.Features.Audit;

/// <summary>Whether the rows of each submission give its root, and whether it is found by that root.</summary>
internal sealed class SubmissionCheck : IAsyncDisposable
{
    private readonly AuditNotes _notes;
    private readonly AuditedLedger _ledger;
    private readonly Beside<Lookup> _lookups;
    private readonly List<Hash> _leaves = [];
    private readonly List<(int Position, Hash Other)> _doubtful = [];
    private Hash _root;
    private long _first;
    private int _position; // of the first row in its submission; not 0 only behind a hole or in a damaged one
    private long _expected;
    private long _count;
    private bool _isTorn;

    // Where rows are missing nobody can say what was a submission: lookups that begin in [from, end) are left alone.
    private long? _holeFrom;
    private long _holeEnd;

    public SubmissionCheck(AuditSnapshot snapshot, AuditNotes notes, AuditedLedger ledger, CancellationToken ct)
    {
        (_notes, _ledger) = (notes, ledger);
        _lookups = snapshot.StreamBeside(
            "SELECT root_prefix, first_index, record_count FROM submission_roots WHERE ledger_no = $1 ORDER BY first_index, root_prefix, record_count",
            Lookup.Read, ct, ledger.LedgerNo);
    }

    public async ValueTask AddAsync(AuditedRow row)
    {
        var isTorn = row.Index != _expected;
        var position = row.Record?.DeltaIndex;
        var root = row.Record?.SubmissionRoot;
        var isContinued = _leaves.Count > 0 && !isTorn
            && (row.Record is null ? _root != Hash.Zero : root == _root && position == _position + _leaves.Count && root is not null);
        if (!isContinued)
        {
            if (isTorn) Tear(row.Index);
            await CloseAsync();
            (_first, _root, _position, _isTorn) = (row.Index, root ?? Hash.Zero, position ?? 0, isTorn && position is > 0);
            if (position is > 0 && !isTorn)
                _notes.Find(AuditCodes.SubmissionRoot, _ledger.Where(row.Index), $"it is number {position} of a submission that does not reach it");
        }

        if (!row.IsSound) _doubtful.Add((_leaves.Count, row.Other));
        _leaves.Add(row.Leaf);
        _expected = row.Index + 1;
    }

    public async Task FinishAsync()
    {
        if (_expected < _ledger.NextIndex) Tear(_ledger.NextIndex);
        await CloseAsync();
        await SkipLookupsAsync(long.MaxValue);
        _notes.Counts = _notes.Counts with { Submissions = _notes.Counts.Submissions + _count };
    }

    public ValueTask DisposeAsync() => _lookups.DisposeAsync();

    private void Tear(long end)
    {
        _isTorn |= _leaves.Count > 0;
        _holeFrom ??= _leaves.Count > 0 ? _first : _expected;
        _holeEnd = end;
    }

    private async ValueTask CloseAsync()
    {
        if (_leaves.Count == 0) return;
        _count++;
        var (first, count) = (_first, _leaves.Count);
        var root = _root == Hash.Zero ? _leaves[0] : _root;
        if (_root != Hash.Zero && !_isTorn)
        {
            var rebuilt = DoubtfulRoot.Find(_leaves, _doubtful, r => r == _root);
            if (rebuilt is { } other) _notes.Find(AuditCodes.SubmissionRoot, _ledger.Where(first, first + count), $"the records give {other}, {_root} is stored");
            else if (count == 1) _notes.Find(AuditCodes.SubmissionRoot, _ledger.Where(first), $"a submission of one record stores no root");
        }

        if (!_isTorn && first < _ledger.SealedIndex) await CheckLookupAsync(first, count, root);
        _leaves.Clear();
        _doubtful.Clear();
    }

    private async ValueTask CheckLookupAsync(long first, int count, Hash root)
    {
        await SkipLookupsAsync(first);
        var prefixes = new List<long> { PrefixOf(root) };
        foreach (var (position, other) in _doubtful) if (count == 1 && position == 0) prefixes.Add(PrefixOf(other));

        var found = 0;
        for (; await _lookups.PeekAsync() is { } lookup && lookup.FirstIndex == first; await _lookups.MoveAsync())
        {
            if (lookup.RecordCount == count && prefixes.Contains(lookup.RootPrefix)) found++;
            else NotASubmission(lookup);
        }

        if (found != 1) _notes.Find(AuditCodes.SubmissionLookup, _ledger.Where(first, first + count), $"the submission is named {found} times");
    }

    private async ValueTask SkipLookupsAsync(long before)
    {
        for (; await _lookups.PeekAsync() is { } lookup && lookup.FirstIndex < before; await _lookups.MoveAsync())
        {
            if (_holeFrom is not { } from || lookup.FirstIndex < from || lookup.FirstIndex >= _holeEnd) NotASubmission(lookup);
        }

        _holeFrom = null;
    }

    private void NotASubmission(Lookup lookup) => _notes.Find(
        AuditCodes.SubmissionLookup, _ledger.Where(lookup.FirstIndex, lookup.FirstIndex + lookup.RecordCount), $"no sealed submission is there under this root");

    private static long PrefixOf(Hash root) => BinaryPrimitives.ReadInt64BigEndian(root.Bytes);

    private sealed record Lookup(long RootPrefix, long FirstIndex, int RecordCount)
    {
        public static Lookup Read(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetInt64(1), row.GetInt32(2));
    }
}
