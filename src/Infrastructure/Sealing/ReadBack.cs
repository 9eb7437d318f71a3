using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>Consecutive records of one ledger that a tick is about: [<paramref name="First"/>, <paramref name="End"/>).</summary>
internal readonly record struct LedgerSpan(int LedgerNo, string LedgerId, long First, long End)
{
    public long Count => End - First;
}

/// <summary>A record as the sealer read it back: the two hashes, and what continuity, grouping and rollups need.</summary>
/// <remarks>
/// <see cref="Stored"/> is null when the column does not hold a hash, <see cref="Recomputed"/> when the row's values fit no
/// statement. Only a row whose two hashes are equal may be believed in its other columns. One struct a record in an array
/// that is used again, so that sealing makes no garbage to speak of.
/// </remarks>
internal struct ReadBackRow
{
    public long Index;
    public int CustomerNo;

    /// <summary>Null when the row names no customer of the ledger.</summary>
    public SealedCustomer? Customer;

    public long Seq;
    public Timestamp AcceptedAt;
    public Amount Delta;
    public Amount BalanceAfter;
    public Hash? Stored;
    public Hash? Recomputed;
    public Hash Prev;
    public Hash? SubmissionRoot;

    /// <summary>-1 for a single delta.</summary>
    public int DeltaIndex;

    public string? Unit;

    public readonly bool Reproduces => Stored is { } stored && Recomputed is { } recomputed && stored == recomputed;
}

/// <summary>The rows of one ledger in one tick, in ledger order, as far as the database has them.</summary>
/// <param name="span">What was asked for. Fewer rows, or one with another index, mean a hole.</param>
/// <param name="rows">A part of the tick's row buffer.</param>
internal readonly struct LedgerRun(LedgerSpan span, Memory<ReadBackRow> rows)
{
    public LedgerSpan Span { get; } = span;

    public Memory<ReadBackRow> Rows { get; } = rows;
}

/// <summary>What the sealer keeps of a customer between ticks. True for what is committed; forgotten whenever a commit fails.</summary>
/// <remarks>Owned by the sealer's loop; no lock.</remarks>
internal sealed class SealedCustomer(int ledgerNo, int customerNo, string customerId)
{
    public int LedgerNo { get; } = ledgerNo;

    public int CustomerNo { get; } = customerNo;

    public string CustomerId { get; } = customerId;

    /// <summary>The last sealed record; null when there is none.</summary>
    public ChainEnd? End { get; set; }

    /// <summary>The month in which <see cref="End"/> was accepted; null when its frontier is not known to be good.</summary>
    public MonthEdge? Month { get; set; }
}

/// <summary>Where a customer's sealed records end.</summary>
/// <param name="IsSound">False when the record's row does not reproduce its hash: then only the leaf is known.</param>
internal sealed record ChainEnd(long Seq, Hash Leaf, Amount Balance, bool IsSound);

/// <summary>The right edge of the tree over one customer's records of one month.</summary>
/// <param name="Month">year × 12 + month - 1</param>
internal sealed record MonthEdge(int Month, long FirstSeq, TreeFrontier Frontier)
{
    /// <summary>The seq of the record that comes next in this tree.</summary>
    public long NextSeq => FirstSeq + Frontier.Size.Value;
}
