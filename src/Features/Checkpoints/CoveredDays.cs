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

/// <summary>Reads the days of a checkpoint: those of <c>mode: all</c> from the rollup, those of <c>selected</c> from its records.</summary>
internal sealed class CoveredDays(WindowReader windows)
{
    public async Task<IReadOnlyList<CoveredDay>> OfAsync(ReadSnapshot snapshot, StoredCheckpoint checkpoint, CancellationToken ct)
    {
        if (checkpoint.RecordCount == 0) return [];
        var (ledgerNo, customerNo) = (checkpoint.Customer.Ledger.LedgerNo, checkpoint.Customer.CustomerNo);
        if (checkpoint.SelectedSeqs is { } selected)
        {
            var rows = await windows.DeltasAsync(ledgerNo, customerNo, selected, ct, snapshot.Connection);
            return [.. rows.GroupBy(row => CustomerDay.Of(row.AcceptedAt)).OrderBy(day => day.Key).Select(Chosen)];
        }

        var window = checkpoint.Window with { End = checkpoint.CoveredThrough };
        var verified = new VerifiedReader(windows, snapshot);
        var range = (await verified.RangeAsync(ledgerNo, customerNo, window, 0, ct)).Between(checkpoint.FirstSeq, checkpoint.LastSeq);

        // Numbers have no gaps and instants do not go back, so the counts say which numbers each day holds.
        var next = checkpoint.FirstSeq;
        var days = new List<CoveredDay>();
        foreach (var day in await verified.NetsAsync(range, checkpoint.Net.Value, ct))
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
