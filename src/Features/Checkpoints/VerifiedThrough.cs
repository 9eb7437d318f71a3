using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

/// <summary>"Verified through" (api-balance 2).</summary>
internal static class VerifiedThrough
{
    /// <summary>The greatest T that is the end of a completed <c>mode: all</c> checkpoint and before which every accepted record
    /// is in one; null when there is none.</summary>
    /// <remarks>A question about numbers and not about records: the floor was raised to T before the records of the checkpoint that
    /// ends at T were determined, so the records accepted before T are 1 … LastSeq of that checkpoint, for ever. T holds exactly
    /// when the ranges of completed checkpoints together hold these numbers.</remarks>
    public static Timestamp? Of(IEnumerable<CompletedCheckpoint> completed)
    {
        var ranges = completed.OrderBy(r => r.FirstSeq).ToList();
        long covered = 0; // 1 … covered are all in a completed checkpoint
        foreach (var range in ranges)
        {
            if (range.FirstSeq > covered + 1) break;
            covered = Math.Max(covered, range.LastSeq);
        }

        Timestamp? latest = null;
        foreach (var range in ranges)
            if (range.LastSeq <= covered && (latest is null || range.CoveredThrough > latest)) latest = range.CoveredThrough;
        return latest;
    }
}
