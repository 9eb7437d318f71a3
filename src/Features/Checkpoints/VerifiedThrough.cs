using PacSpace.Evidence;

namespace PacSpace.Features.Checkpoints;

/// <summary>What a completed <c>mode: all</c> checkpoint covers.</summary>
/// <param name="CoveredThrough">End of the covered window; outside it.</param>
/// <param name="FirstSeq">Its first record.</param>
/// <param name="LastSeq">Also the customer's last record accepted before <paramref name="CoveredThrough"/>, with records in the
/// window or without: the floor was raised to it before the records were determined, so this stays true for ever.</param>
internal readonly record struct CoveredRange(Timestamp CoveredThrough, long FirstSeq, long LastSeq);

/// <summary>"Verified through" (api-balance 2).</summary>
internal static class VerifiedThrough
{
    /// <summary>The greatest T that is the end of a completed <c>mode: all</c> checkpoint and before which every accepted record
    /// is in one; null when there is none.</summary>
    /// <remarks>A question about numbers and not about records: the records before T are 1 … <see cref="CoveredRange.LastSeq"/>
    /// of the checkpoint that ends at T, so T holds exactly when the ranges together hold 1 … LastSeq.</remarks>
    public static Timestamp? Of(IEnumerable<CoveredRange> completed)
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
