using System.Globalization;
using System.Runtime.InteropServices;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>Something about a row that the rows of its run alone cannot settle. See <see cref="Examination"/>.</summary>
/// <param name="Row">Position in the run.</param>
/// <param name="Other">Chain: position of the customer's record before, -1 when it is sealed or missing. Group: number of rows.</param>
internal readonly record struct Doubt(DoubtKind Kind, int Row, int Other);

internal enum DoubtKind
{
    /// <summary>The row does not reproduce its hash.</summary>
    Hash,

    /// <summary>The row reproduces its hash and does not continue its customer's records as they are known.</summary>
    Chain,

    /// <summary>Rows of one submission whose root is not what the rows say it was.</summary>
    Group,
}

/// <summary>What was found out about a doubt. For <see cref="DoubtKind.Hash"/> the rule is in <see cref="DamageRule"/>.</summary>
internal enum Verdict
{
    /// <summary>The row, the chain or the submission is as it was acknowledged after all.</summary>
    Good,

    /// <summary>The stored hash is what was acknowledged: the content is damaged.</summary>
    Failed,

    /// <summary>The recomputed hash is what was acknowledged: the stored hash is damaged and gets mended.</summary>
    Mend,

    /// <summary>Nothing confirms either: the ledger stops here.</summary>
    Stop,

    /// <summary>A further source is still being searched: the ledger waits here, without being stopped.</summary>
    Wait,
}

/// <param name="Leaf">The hash that goes into the block.</param>
/// <param name="Replaced">The row as it was read a second time, when that is to be believed.</param>
internal sealed record Finding(Verdict Verdict, string Reason, Hash Leaf = default, ReadBackRow? Replaced = null);

/// <summary>A record whose content no longer gives its confirmed hash.</summary>
internal sealed record FailedRecord(int LedgerNo, long LedgerIndex, int CustomerNo, long Seq, Hash ConfirmedLeaf);

/// <summary>A record whose stored hash is to be replaced by the confirmed one.</summary>
internal sealed record MendedRecord(int LedgerNo, long LedgerIndex, Hash ConfirmedLeaf);

/// <summary>A submission as found by the first eight bytes of its root.</summary>
internal readonly record struct SealedSubmission(long RootPrefix, int LedgerNo, long FirstIndex, int RecordCount);

/// <summary>A submission of which some rows state another root than their hashes give and their siblings state.</summary>
internal sealed record MendedSubmission(int LedgerNo, long FirstIndex, int RecordCount, Hash Root);

/// <summary>What of a run may be sealed, and with which hashes.</summary>
internal sealed class RunDecision
{
    public required LedgerSpan Span { get; init; }

    /// <summary>Records from the start of the span that may be sealed.</summary>
    public int Count { get; set; }

    /// <summary>Ledger index behind the last of them.</summary>
    public long End => Span.First + Count;

    /// <summary>Why the ledger stops behind them; null when it does not.</summary>
    public string? StopReason { get; set; }

    public List<FailedRecord> Failed { get; } = [];

    public List<MendedRecord> Mended { get; } = [];

    public List<MendedSubmission> MendedSubmissions { get; } = [];

    /// <summary>What has to be examined before anything is decided; empty when all is settled.</summary>
    public List<Doubt> Doubts { get; } = [];
}

/// <summary>Goes over the rows of one ledger as a sceptic: every index is there, every row gives its hash, continues its
/// customer's records and belongs to its submission.</summary>
/// <remarks>A function of the rows and of what was found out about them; the instance only lends its memory. While there are
/// doubts that nothing was found out about, their rows are taken as stored, so that one pass names all of them.</remarks>
internal sealed class RunCheck
{
    private static readonly Dictionary<(DoubtKind Kind, int Row), Finding> Nothing = [];
    private readonly Dictionary<SealedCustomer, LocalEnd> _ends = [];

    /// <param name="span">What the rows should be.</param>
    /// <param name="rows">What they are; a row that a finding replaces is replaced here.</param>
    /// <param name="findings">By kind and position; null in the first pass.</param>
    /// <param name="leaves">Is given the hash of each record that may be sealed.</param>
    /// <param name="submissions">Is given the submissions of those records, behind what it holds.</param>
    public RunDecision Check(
        LedgerSpan span, Span<ReadBackRow> rows, Dictionary<(DoubtKind Kind, int Row), Finding>? findings, Span<Hash> leaves,
        List<SealedSubmission> submissions)
    {
        findings ??= Nothing;
        _ends.Clear();
        var decision = new RunDecision { Span = span, Count = rows.Length };
        if (rows.Length < span.Count) decision.StopReason = Missing(span.First + rows.Length);
        var latest = Timestamp.MinValue;
        for (var i = 0; i < decision.Count; i++)
        {
            if (rows[i].Index != span.First + i) StopAt(decision, i, Missing(span.First + i));
            else if (CheckHash(decision, rows, i, findings, leaves)) CheckChain(decision, rows[i], i, findings, leaves[i], ref latest);
        }

        CheckSubmissions(decision, rows, findings, leaves, submissions);
        decision.Failed.RemoveAll(f => f.LedgerIndex >= decision.End);
        decision.Mended.RemoveAll(m => m.LedgerIndex >= decision.End);
        return decision;
    }

    /// <summary>True when the row is to be believed in its other columns.</summary>
    private static bool CheckHash(
        RunDecision decision, Span<ReadBackRow> rows, int i, Dictionary<(DoubtKind Kind, int Row), Finding> findings, Span<Hash> leaves)
    {
        ref var row = ref rows[i];
        leaves[i] = row.Stored ?? row.Recomputed ?? default;
        if (row.Reproduces) return true;
        if (!findings.TryGetValue((DoubtKind.Hash, i), out var finding))
        {
            decision.Doubts.Add(new Doubt(DoubtKind.Hash, i, 1));
            return false;
        }

        leaves[i] = finding.Leaf;
        if (finding.Replaced is { } replaced) row = replaced;
        switch (finding.Verdict)
        {
            case Verdict.Good:
                return true;
            case Verdict.Mend:
                decision.Mended.Add(new MendedRecord(decision.Span.LedgerNo, row.Index, finding.Leaf));
                return true;
            case Verdict.Failed:
                decision.Failed.Add(new FailedRecord(decision.Span.LedgerNo, row.Index, row.CustomerNo, row.Seq, finding.Leaf));
                return false;
            default:
                StopAt(decision, i, finding);
                return false;
        }
    }

    private void CheckChain(
        RunDecision decision, in ReadBackRow row, int i, Dictionary<(DoubtKind Kind, int Row), Finding> findings, Hash leaf, ref Timestamp latest)
    {
        ref var before = ref CollectionsMarshal.GetValueRefOrAddDefault(_ends, row.Customer!, out var isHere);
        if (!isHere) before = LocalEnd.Of(row.Customer!.End);
        if (row.AcceptedAt < latest)
        {
            StopAt(decision, i, string.Create(CultureInfo.InvariantCulture, $"record {row.Index} was accepted before the record before it"));
            return;
        }

        if (!before.IsContinuedBy(row))
        {
            if (!findings.TryGetValue((DoubtKind.Chain, i), out var finding))
            {
                decision.Doubts.Add(new Doubt(DoubtKind.Chain, i, before.Row));
            }
            else if (finding.Verdict != Verdict.Good)
            {
                // A record that its successor contradicts is not sealed either, if it is not sealed yet.
                StopAt(decision, before.Row >= 0 ? before.Row : i, finding);
                return;
            }
        }

        latest = row.AcceptedAt;
        before = new LocalEnd(i, row.Seq, leaf, row.BalanceAfter, Exists: true, IsSound: true);
    }

    /// <summary>A submission is sealed whole: where a ledger stops inside one, it stops before it.</summary>
    private static void CheckSubmissions(
        RunDecision decision, Span<ReadBackRow> rows, Dictionary<(DoubtKind Kind, int Row), Finding> findings, Span<Hash> leaves,
        List<SealedSubmission> submissions)
    {
        for (var i = 0; i < decision.Count;)
        {
            var count = SubmissionLength(rows[i..]);
            if (i + count > decision.Count)
            {
                decision.Count = i;
                return;
            }

            var root = count == 1 ? leaves[i] : MerkleTree.Root(leaves.Slice(i, count));
            var stating = count == 1 ? 1 : Stating(rows.Slice(i, count), root);
            if (stating == 0 && !HasHashDoubt(decision, i, count))
            {
                if (!findings.TryGetValue((DoubtKind.Group, i), out var finding))
                {
                    decision.Doubts.Add(new Doubt(DoubtKind.Group, i, count));
                }
                else if (finding.Verdict != Verdict.Good)
                {
                    StopAt(decision, i, finding);
                    return;
                }
            }

            if (count > 1 && stating < count)
                decision.MendedSubmissions.Add(new MendedSubmission(decision.Span.LedgerNo, decision.Span.First + i, count, root));
            submissions.Add(new SealedSubmission(SubmissionLookup.PrefixOf(root), decision.Span.LedgerNo, decision.Span.First + i, count));
            i += count;
        }
    }

    /// <summary>How many rows from the first on are of one submission. Either sign of it will do, so that damage to one
    /// column of one row tears none apart.</summary>
    internal static int SubmissionLength(ReadOnlySpan<ReadBackRow> rows)
    {
        var count = 1;
        while (count < rows.Length && IsSameSubmission(rows[count - 1], rows[count])) count++;
        return count;
    }

    internal static bool IsSameSubmission(in ReadBackRow row, in ReadBackRow next) =>
        (row.SubmissionRoot is { } root && next.SubmissionRoot is { } nextRoot && root == nextRoot)
        || (row.DeltaIndex >= 0 && next.DeltaIndex == row.DeltaIndex + 1);

    private static int Stating(ReadOnlySpan<ReadBackRow> rows, Hash root)
    {
        var stating = 0;
        foreach (ref readonly var row in rows)
        {
            if (row.SubmissionRoot is { } stored && stored == root) stating++;
        }

        return stating;
    }

    private static bool HasHashDoubt(RunDecision decision, int first, int count) =>
        decision.Doubts.Exists(d => d.Kind == DoubtKind.Hash && d.Row >= first && d.Row < first + count);

    private static void StopAt(RunDecision decision, int row, Finding finding) =>
        StopAt(decision, row, finding.Verdict == Verdict.Wait ? null : finding.Reason);

    private static void StopAt(RunDecision decision, int row, string? reason) => (decision.Count, decision.StopReason) = (row, reason);

    private static string Missing(long index) => string.Create(CultureInfo.InvariantCulture, $"record {index} is missing");

    /// <summary>Where a customer's records end while the run is gone over.</summary>
    /// <param name="Row">Position in the run, -1 when the record is sealed or there is none.</param>
    private readonly record struct LocalEnd(int Row, long Seq, Hash Leaf, Amount Balance, bool Exists, bool IsSound)
    {
        public static LocalEnd Of(ChainEnd? end) => end is null
            ? new LocalEnd(-1, 0, default, default, Exists: false, IsSound: true)
            : new LocalEnd(-1, end.Seq, end.Leaf, end.Balance, Exists: true, end.IsSound);

        public bool IsContinuedBy(in ReadBackRow row) => Exists
            ? row.Prev == Leaf && (!IsSound || (row.Seq == Seq + 1 && row.BalanceAfter == Balance + row.Delta))
            : row.Seq == 1 && row.Prev.IsZero && row.BalanceAfter == row.Delta;
    }
}
