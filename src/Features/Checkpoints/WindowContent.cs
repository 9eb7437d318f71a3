using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

/// <summary>What was found in a covered window: enough to decide whether a proof can be made, and to make it.</summary>
internal sealed record WindowContent
{
    public required WindowEdges Edges { get; init; }

    /// <summary>Over the records that the checkpoint is to cover.</summary>
    public required WindowFold Fold { get; init; }

    /// <summary>The rows at the edges, those that did not fit their neighbour and, for <c>selected</c>, the chosen ones: read
    /// whole and hashed again.</summary>
    public IReadOnlyList<CheckedRecord> Rows { get; init; } = [];

    /// <summary>Records of the window that are FAILED at present, by ledger index.</summary>
    public IReadOnlyList<long> FailedIndexes { get; init; } = [];

    /// <summary>A rollup whose MAC holds says with which record the window begins, or the record before it was sealed before the
    /// window; otherwise that record has to say it.</summary>
    public bool IsStartProven { get; init; }

    /// <summary>The next month's rollup, whose MAC holds, says where the window ends, or the record after it was sealed long after
    /// the window; otherwise that record has to say it.</summary>
    public bool IsEndProven { get; init; }

    /// <summary>Fingerprints that no record of the window has.</summary>
    public IReadOnlyList<Hash> UnknownFingerprints { get; init; } = [];

    /// <summary>The chosen records; null for all.</summary>
    public IReadOnlyList<long>? SelectedSeqs { get; init; }

    public CheckedRecord? Whole(long seq) => Rows.FirstOrDefault(r => r.Record.Seq == seq);

    public StoredRecord? At(long seq) => Whole(seq)?.Record;

    /// <summary>Balance before the first record of a <c>mode: all</c> window. It comes out of a record that reproduces its hash.</summary>
    public Amount Opening => Edges.Count > 0 && At(Edges.FirstSeq) is { } first ? first.BalanceAfter - first.Delta
        : At(Edges.FirstSeq - 1)?.BalanceAfter ?? Amount.Zero;

    /// <summary>Balance after the last record.</summary>
    public Amount Closing => At(Edges.LastSeq)?.BalanceAfter ?? Amount.Zero;

    /// <summary>The sums lead from one to the other.</summary>
    public bool IsBalanced => SelectedSeqs is not null || Opening + Fold.Net == Closing;

    /// <summary>Ledger indexes of records that stand in the way of a proof.</summary>
    public IReadOnlyList<long> Failed
    {
        get
        {
            var doubtful = Rows.Where(r => !r.Reproduces && IsDecisive(r.Record.Seq)).Select(r => r.Record.LedgerIndex).ToList();

            // Neighbours that contradict each other although each reproduces its hash: a history that was written twice.
            if (doubtful.Count == 0) doubtful.AddRange(Rows.Where(r => Fold.Suspects.Contains(r.Record.Seq)).Select(r => r.Record.LedgerIndex));
            return [.. FailedIndexes.Concat(doubtful).Distinct().Order()];
        }
    }

    /// <summary>Numbers of records that stand in the way because they are not there.</summary>
    public IReadOnlyList<long> Missing
    {
        get
        {
            if (SelectedSeqs is not null) return [];
            var (before, after) = (Edges.FirstSeq - 1, Edges.LastSeq + 1);
            var missing = new SortedSet<long>(Fold.Missing);
            if (before > 0 && At(before) is null && (!IsStartProven || Edges.Count == 0)) missing.Add(before);
            if (after <= Edges.KnownLastSeq && At(after) is null && !IsEndProven) missing.Add(after);
            return [.. missing];
        }
    }

    private bool IsDecisive(long seq) =>
        seq < Edges.FirstSeq ? !IsStartProven || Edges.Count == 0
        : seq <= Edges.LastSeq || !IsEndProven;
}

/// <param name="Reproduces">The row is what was acknowledged.</param>
internal sealed record CheckedRecord(StoredRecord Record, bool Reproduces);
