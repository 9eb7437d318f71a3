namespace PacSpace.Infrastructure.Sealing;

/// <summary>A ledger with records that are not sealed yet: [<paramref name="SealedIndex"/>, <paramref name="NextIndex"/>).</summary>
internal sealed record PendingLedger(int LedgerNo, string LedgerId, long SealedIndex, long NextIndex, string? StoppedReason)
{
    public long Pending => NextIndex - SealedIndex;
}

/// <summary>Which records of which ledgers one tick takes.</summary>
internal static class SealShare
{
    /// <summary>A tick takes no more, so that a backlog is worked off in steps that commit and so that memory is bounded.</summary>
    public const int MaxRecords = 32_768;

    /// <summary>No ledger's share is smaller while it has as many: a submission, of at most 1,000 records, then always fits.</summary>
    public const int MinShare = 1_024;

    /// <summary>Divides fairly: who has little gets all of it, and what that leaves is shared by the others. When there are
    /// more ledgers than shares, each turn begins where the turn before ended.</summary>
    public static IReadOnlyList<LedgerSpan> Divide(IReadOnlyList<PendingLedger> pending, long turn)
    {
        const int shares = MaxRecords / MinShare;
        if (pending.Count == 0) return [];
        var start = (int)(turn % pending.Count * shares % pending.Count);
        var waiting = pending.Skip(start).Concat(pending.Take(start)).OrderBy(l => Math.Min(l.Pending, MinShare)).ToList();

        // Who gets a share at all; then, from the least, each takes what it has up to an equal part of what is left.
        var chosen = new List<PendingLedger>(waiting.Count);
        for (long left = MaxRecords; chosen.Count < waiting.Count && left >= Math.Min(waiting[chosen.Count].Pending, MinShare);)
        {
            left -= Math.Min(waiting[chosen.Count].Pending, MinShare);
            chosen.Add(waiting[chosen.Count]);
        }

        chosen.Sort((a, b) => a.Pending != b.Pending ? a.Pending.CompareTo(b.Pending) : a.LedgerNo.CompareTo(b.LedgerNo));
        var spans = new List<LedgerSpan>(chosen.Count);
        var rest = (long)MaxRecords;
        for (var i = 0; i < chosen.Count; i++)
        {
            var ledger = chosen[i];
            var take = Math.Min(ledger.Pending, rest / (chosen.Count - i));
            spans.Add(new LedgerSpan(ledger.LedgerNo, ledger.LedgerId, ledger.SealedIndex, ledger.SealedIndex + take));
            rest -= take;
        }

        spans.Sort((a, b) => a.LedgerNo.CompareTo(b.LedgerNo));
        return spans;
    }

    /// <summary>A share may end inside a submission, which is sealed whole: its records wait for the next tick.</summary>
    /// <param name="nextIndex">The ledger's; where the run reaches it, every submission is whole.</param>
    public static LedgerRun WithoutTornSubmission(LedgerRun run, long nextIndex)
    {
        var rows = run.Rows.Span;
        if (run.Span.End >= nextIndex || rows.Length < run.Span.Count || (rows[^1].DeltaIndex < 0 && rows[^1].SubmissionRoot is null)) return run;
        var start = rows.Length - 1;
        while (start > 0 && RunCheck.IsSameSubmission(rows[start - 1], rows[start])) start--;

        // One that fills the whole share cannot be one of ours; it is taken as it is and judged by its root.
        return start == 0 ? run : new LedgerRun(run.Span with { End = run.Span.First + start }, run.Rows[..start]);
    }
}
