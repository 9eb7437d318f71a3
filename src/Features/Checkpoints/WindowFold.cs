using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

/// <summary>A window's records taken one after the other: the tree over them, the sums, the unit, and what does not fit.</summary>
/// <remarks>Begins with nothing, or where a month's rollup ends; either way it gives the same result, and a close costs only
/// the records that the rollup does not hold yet. A stored hash or balance that was changed alone shows in the record beside it,
/// so each row is held against the one before.</remarks>
internal sealed class WindowFold
{
    private const int MaxSuspects = 100;

    private readonly TreeFrontier _frontier;
    private readonly SortedSet<long> _suspects = [];
    private readonly List<long> _missing = [];
    private WindowRow? _last;
    private long _nextSeq;

    private WindowFold(long firstSeq, TreeFrontier frontier) =>
        (FirstSeq, _frontier, _nextSeq) = (firstSeq, frontier, firstSeq + frontier.Size.Value);

    public long FirstSeq { get; }

    public long LastSeq => _nextSeq - 1;

    public long Count => _frontier.Size.Value;

    /// <summary>Sum of the positive deltas.</summary>
    public Amount Increases { get; private set; }

    /// <summary>Sum of the negative deltas; not above zero.</summary>
    public Amount Decreases { get; private set; }

    public Amount Net => Increases + Decreases;

    /// <summary>The one unit of all records that have one; null when there is none or more than one.</summary>
    public string? Unit { get; private set; }

    public bool HasMixedUnits { get; private set; }

    /// <summary>Numbers that have no row, at most a hundred.</summary>
    public IReadOnlyList<long> Missing => _missing;

    /// <summary>Numbers of rows that do not fit their neighbour: one of the two was changed. At most a hundred.</summary>
    public IReadOnlyCollection<long> Suspects => _suspects;

    public static WindowFold Empty(long firstSeq) => new(firstSeq, new TreeFrontier());

    /// <summary>Chosen records in the order of their numbers; nothing is expected between them.</summary>
    public static WindowFold Of(IEnumerable<StoredRecord> chosen)
    {
        var fold = Empty(1);
        foreach (var record in chosen)
        {
            fold.Take(record.Delta, record.Unit);
            fold._frontier.Append(record.Leaf);
        }

        return fold;
    }

    /// <summary>Goes on where a month's rollup ends. Its last record must be given to <see cref="Follow"/> next.</summary>
    /// <param name="frontier">Whose MAC held; not changed here.</param>
    public static WindowFold After(StoredMonth month, TreeFrontier frontier) => new(month.FirstSeq!.Value, frontier.Clone())
    {
        Increases = Amount.FromDecimal(month.Increases),
        Decreases = Amount.FromDecimal(month.Decreases),
        Unit = month.HasMixedUnits ? null : month.Unit,
        HasMixedUnits = month.HasMixedUnits,
    };

    /// <summary>The record before the next: it is in the tree already, or before the window.</summary>
    public void Follow(WindowRow before) => _last = before;

    public void Add(WindowRow row)
    {
        for (; _nextSeq < row.Seq; _nextSeq++)
            if (_missing.Count < MaxSuspects) _missing.Add(_nextSeq);
        if (_last is { } before && before.Seq == row.Seq - 1
            && (row.Prev != before.Leaf || row.BalanceAfter != before.BalanceAfter + row.Delta || row.AcceptedAt < before.AcceptedAt))
        {
            Suspect(before.Seq);
            Suspect(row.Seq);
        }

        Take(row.Delta, row.Unit);
        _frontier.Append(row.Leaf);
        _last = row;
        _nextSeq = row.Seq + 1;
    }

    /// <summary>Rows up to here were asked for: those that did not come are missing.</summary>
    public void EndAt(long lastSeq)
    {
        for (; _nextSeq <= lastSeq && _missing.Count < MaxSuspects; _nextSeq++) _missing.Add(_nextSeq);
    }

    /// <summary>The root over the records and the checkpoint's own leaf as the last (evidence format, section 6).</summary>
    public Hash ProofRoot(Hash checkpointLeaf)
    {
        var closed = _frontier.Clone();
        closed.Append(checkpointLeaf);
        return closed.Root();
    }

    private void Take(Amount delta, string? unit)
    {
        if (delta > Amount.Zero) Increases += delta;
        else Decreases += delta;

        if (unit is null || HasMixedUnits) return;
        HasMixedUnits = Unit is not null && Unit != unit;
        Unit = HasMixedUnits ? null : unit;
    }

    private void Suspect(long seq)
    {
        if (_suspects.Count < MaxSuspects) _suspects.Add(seq);
    }
}
