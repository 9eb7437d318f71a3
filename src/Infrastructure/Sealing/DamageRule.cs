using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>Evidence format, section 5: when a row does not reproduce its hash, what was acknowledged decides.</summary>
/// <remarks>
/// <code>
/// a further source confirms     verdict   into the block    reported as
/// the stored hash               Failed    stored            the content is damaged, until it is restored
/// the recomputed hash           Mend      recomputed        the stored hash was damaged
/// neither, or both              Stop      nothing           the ledger stops
/// </code>
/// </remarks>
internal static class DamageRule
{
    /// <param name="stored">The hash in the row; null when the column holds none.</param>
    /// <param name="recomputed">The hash of the row's content; null when it fits no statement.</param>
    /// <param name="confirmed">Those of the two that a source apart from the row states.</param>
    public static Finding Decide(Hash? stored, Hash? recomputed, IReadOnlySet<Hash> confirmed)
    {
        if (stored is { } good && good == recomputed) return new Finding(Verdict.Good, "", good);
        var hasStored = stored is { } s && confirmed.Contains(s);
        var hasRecomputed = recomputed is { } r && confirmed.Contains(r);
        return (hasStored, hasRecomputed) switch
        {
            (true, false) => new Finding(Verdict.Failed, "", stored!.Value),
            (false, true) => new Finding(Verdict.Mend, "", recomputed!.Value),
            (false, false) => new Finding(Verdict.Stop, "does not reproduce its hash, and no further source confirms what was acknowledged"),
            (true, true) => new Finding(Verdict.Stop, "does not reproduce its hash, and further sources contradict each other"),
        };
    }

    /// <summary>Which hashes of doubtful members a submission's root confirms: those of the one choice that gives it.</summary>
    /// <param name="leaves">The members' hashes; those of doubtful members do not matter.</param>
    /// <param name="doubtful">Positions and what their hash may be.</param>
    /// <param name="isRoot">Whether a row other than that at the position states this root.</param>
    /// <returns>By position; empty when no choice gives a root, or there are too many to try.</returns>
    public static IReadOnlyDictionary<int, Hash> ConfirmedByRoot(
        ReadOnlySpan<Hash> leaves, IReadOnlyList<(int Position, Hash[] Candidates)> doubtful, Func<Hash, int, bool> isRoot)
    {
        const int maxDoubtful = 6;
        if (doubtful.Count > maxDoubtful || doubtful.Any(d => d.Candidates.Length == 0)) return new Dictionary<int, Hash>();
        var choices = doubtful.Aggregate(1, (product, d) => product * d.Candidates.Length);
        var members = leaves.ToArray();
        for (var choice = 0; choice < choices; choice++)
        {
            var chosen = new Dictionary<int, Hash>();
            var rest = choice;
            foreach (var (position, candidates) in doubtful)
            {
                chosen[position] = members[position] = candidates[rest % candidates.Length];
                rest /= candidates.Length;
            }

            var root = MerkleTree.Root(members);
            var confirmed = chosen.Where(c => isRoot(root, c.Key)).ToDictionary();
            if (confirmed.Count > 0) return confirmed;
        }

        return new Dictionary<int, Hash>();
    }
}
