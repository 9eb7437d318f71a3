using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

/// <summary>A part of a range that no completed <c>mode: all</c> checkpoint covers, and the numbers of the records accepted in it.</summary>
/// <param name="FirstSeq">One more than <paramref name="LastSeq"/> when there is none.</param>
internal sealed record CoverageGap(Window Window, long FirstSeq, long LastSeq)
{
    public long RecordCount => Math.Max(0, LastSeq - FirstSeq + 1);
}

/// <summary>What completed checkpoints leave uncovered. Pure: where a covered window ends or begins, its checkpoint says which number
/// is the next or the first, so nothing is searched for but the range's own two ends.</summary>
/// <param name="Gaps">Maximal, ascending.</param>
/// <param name="CoveredFrom">The first covered instant of the range; null when none is.</param>
/// <param name="CoveredCount">Records of the range in a completed checkpoint.</param>
internal sealed record CoverageGaps(IReadOnlyList<CoverageGap> Gaps, Timestamp? CoveredFrom, long CoveredCount)
{
    /// <param name="completed">Of one customer.</param>
    /// <param name="range">What is looked at; empty when it lies in the future.</param>
    /// <param name="edges">The numbers in the range.</param>
    public static CoverageGaps Of(IEnumerable<CompletedCheckpoint> completed, Window range, WindowEdges edges)
    {
        if (range.IsEmpty) return new CoverageGaps([], null, 0);
        var gaps = new List<CoverageGap>();
        var (end, next) = (range.Start, edges.FirstSeq);
        Timestamp? coveredFrom = null;
        long covered = 0;
        foreach (var checkpoint in completed.Where(c => c.Start < range.End && c.CoveredThrough > range.Start && c.Start < c.CoveredThrough)
            .OrderBy(c => c.Start).ThenBy(c => c.CoveredThrough))
        {
            coveredFrom ??= checkpoint.Start > range.Start ? checkpoint.Start : range.Start;
            if (checkpoint.Start > end) gaps.Add(new CoverageGap(new Window(end, checkpoint.Start), next, checkpoint.FirstSeq - 1));
            if (checkpoint.CoveredThrough <= end) continue;
            var last = Math.Min(checkpoint.LastSeq, edges.LastSeq);
            covered += Math.Max(0, last - Math.Max(next, checkpoint.FirstSeq) + 1);
            (end, next) = (checkpoint.CoveredThrough, Math.Max(next, checkpoint.LastSeq + 1));
        }

        if (end < range.End) gaps.Add(new CoverageGap(new Window(end, range.End), next, edges.LastSeq));
        return new CoverageGaps(gaps, coveredFrom, covered);
    }
}
