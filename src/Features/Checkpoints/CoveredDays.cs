using Npgsql;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

/// <summary>The records of a checkpoint that were accepted on one UTC day.</summary>
/// <param name="Listed">Their numbers, ascending, when they were chosen one by one; null for all from first to last.</param>
internal sealed record CoveredDay(int Day, long FirstSeq, long LastSeq, long Count, decimal Net, IReadOnlyList<long>? Listed = null)
{
    /// <summary>Of numbers none of which comes twice: as many, and from the same to the same, are the same when none is left out.</summary>
    public bool HoldsTheSameAs(CoveredDay? other) =>
        other is not null && (Count, FirstSeq, LastSeq) == (other.Count, other.FirstSeq, other.LastSeq)
        && (Count == LastSeq - FirstSeq + 1 || (Listed is not null && other.Listed is not null && Listed.SequenceEqual(other.Listed)));
}

/// <summary>Reads the days of checkpoints: those of <c>mode: all</c> from the rollup, those of <c>selected</c> from their records.</summary>
internal sealed class CoveredDays(NpgsqlDataSource database, VerifiedReader verified)
{
    /// <summary>Both as of one instant.</summary>
    public async Task<(IReadOnlyList<CoveredDay> Left, IReadOnlyList<CoveredDay> Right)> OfAsync(StoredCheckpoint left, StoredCheckpoint right, CancellationToken ct)
    {
        var snapshot = new SnapshotBatch(database);
        var (ofLeft, ofRight) = (Add(snapshot, left), Add(snapshot, right));
        await snapshot.AskAsync(ct);
        return (await ofLeft(ct), await ofRight(ct));
    }

    /// <returns>Gives the days once the batch was asked.</returns>
    private Func<CancellationToken, Task<IReadOnlyList<CoveredDay>>> Add(SnapshotBatch snapshot, StoredCheckpoint checkpoint)
    {
        if (checkpoint.RecordCount == 0) return _ => Task.FromResult<IReadOnlyList<CoveredDay>>([]);
        var (ledgerNo, customerNo) = (checkpoint.Customer.Ledger.LedgerNo, checkpoint.Customer.CustomerNo);
        if (checkpoint.SelectedSeqs is { } selected)
        {
            var rows = snapshot.Add(WindowReader.Deltas(ledgerNo, customerNo, selected));
            return _ => Task.FromResult<IReadOnlyList<CoveredDay>>([.. rows.Value.GroupBy(row => CustomerDay.Of(row.AcceptedAt)).OrderBy(day => day.Key).Select(Chosen)]);
        }

        var window = VerifiedReader.Add(snapshot, ledgerNo, customerNo, checkpoint.Window with { End = checkpoint.CoveredThrough }, 0);
        return ct => OfAllAsync(checkpoint, window.Value, ct);
    }

    private async Task<IReadOnlyList<CoveredDay>> OfAllAsync(StoredCheckpoint checkpoint, VerifiedWindow window, CancellationToken ct)
    {
        var covered = window with { Range = window.Range.Between(checkpoint.FirstSeq, checkpoint.LastSeq), Net = checkpoint.Net.Value };

        // Numbers have no gaps and instants do not go back, so the counts say which numbers each day holds.
        var next = checkpoint.FirstSeq;
        var days = new List<CoveredDay>();
        foreach (var day in await verified.NetsAsync(covered, ct))
        {
            days.Add(new CoveredDay(day.Day, next, next + day.RecordCount - 1, day.RecordCount, day.Net));
            next += day.RecordCount;
        }

        return days;
    }

    /// <summary>How many records two checkpoints of one customer have in common.</summary>
    public static long Shared(StoredCheckpoint left, StoredCheckpoint right)
    {
        if (left.RecordCount == 0 || right.RecordCount == 0) return 0;
        return (left.SelectedSeqs, right.SelectedSeqs) switch
        {
            ({ } some, { } others) => some.Intersect(others).LongCount(),
            ({ } some, null) => some.LongCount(seq => seq >= right.FirstSeq && seq <= right.LastSeq),
            (null, { } others) => others.LongCount(seq => seq >= left.FirstSeq && seq <= left.LastSeq),
            _ => Math.Max(0, Math.Min(left.LastSeq, right.LastSeq) - Math.Max(left.FirstSeq, right.FirstSeq) + 1),
        };
    }

    private static CoveredDay Chosen(IGrouping<int, (long Seq, Evidence.Timestamp AcceptedAt, decimal Delta)> day)
    {
        long[] seqs = [.. day.Select(row => row.Seq)];
        return new CoveredDay(day.Key, seqs[0], seqs[^1], seqs.Length, day.Sum(row => row.Delta), seqs);
    }
}
