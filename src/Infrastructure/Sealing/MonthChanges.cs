using System.Runtime.InteropServices;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>What a tick adds to one customer's month.</summary>
internal sealed class MonthChange(SealedCustomer customer, int month)
{
    // The edge that lies before the first record added here: as it was kept, or as an earlier month of the same tick left it.
    private MonthEdge? _before = customer.Month;
    private bool _isBeginning = customer.End is null;
    private readonly List<DayChange> _days = [];

    public SealedCustomer Customer { get; } = customer;

    public int Month { get; } = month;

    public long RecordCount { get; private set; }

    /// <summary>Records that become VERIFIED in this month, whenever they were accepted.</summary>
    public long VerifiedCount { get; set; }

    public Amount Net { get; private set; }

    public Amount Increases { get; private set; }

    public Amount Decreases { get; private set; }

    public Amount Closing { get; private set; }

    public long FirstSeq { get; private set; }

    public long LastSeq { get; private set; }

    public Timestamp FirstAt { get; private set; }

    public Timestamp LastAt { get; private set; }

    public string? Unit { get; private set; }

    public bool HasMixedUnits { get; private set; }

    /// <summary>The same records day by day.</summary>
    public IReadOnlyList<DayChange> Days => _days;

    /// <summary>Null when the month's tree is not known to be good: then none is stored, and a close rebuilds it.</summary>
    public MonthEdge? Edge { get; set; }

    public Hash LastLeaf { get; private set; }

    public void Add(in ReadBackRow row, Hash leaf)
    {
        if (RecordCount == 0)
        {
            (FirstSeq, FirstAt) = (row.Seq, row.AcceptedAt);
            Edge = EdgeBefore(row);
        }

        Edge = Edge?.NextSeq == row.Seq ? Edge : null;
        Edge?.Frontier.Append(leaf);
        RecordCount++;
        Net += row.Delta;
        if (row.Delta > Amount.Zero) Increases += row.Delta;
        else Decreases += row.Delta;
        DayOf(row.AcceptedAt).Add(row.Delta);
        (LastSeq, LastAt, Closing, LastLeaf) = (row.Seq, row.AcceptedAt, row.BalanceAfter, leaf);
        if (row.Unit is null || row.Unit == Unit) return;
        HasMixedUnits |= Unit is not null;
        Unit ??= row.Unit;
    }

    /// <summary>The customer's month before this one was touched by the same tick.</summary>
    public void BeginAfter(MonthChange earlier) => (_before, _isBeginning) = (earlier.Edge, false);

    /// <summary>The last one, as a rule: instants do not go back. Each is there once, since one statement writes them all.</summary>
    private DayChange DayOf(Timestamp instant)
    {
        var day = CustomerDay.Of(instant);
        if (_days.Count > 0 && _days[^1].Day == day) return _days[^1];
        if (_days.Find(known => known.Day == day) is { } earlier) return earlier;
        var change = new DayChange(day);
        _days.Add(change);
        return change;
    }

    /// <summary>The edge to go on from: that of this month, or an empty one when the month before ends right before this
    /// record. A copy, since nothing is committed yet.</summary>
    private MonthEdge? EdgeBefore(in ReadBackRow row)
    {
        if (_before is null) return _isBeginning && row.Seq == 1 ? new MonthEdge(Month, 1, new TreeFrontier()) : null;
        if (_before.NextSeq != row.Seq || _before.Month > Month) return null;
        return _before.Month == Month ? _before with { Frontier = _before.Frontier.Clone() } : new MonthEdge(Month, row.Seq, new TreeFrontier());
    }
}

/// <summary>What a tick adds to all months that it touches.</summary>
/// <remarks>A FAILED record is counted nowhere; its customer's month is rebuilt when it is healed.</remarks>
internal sealed class MonthChanges(Timestamp verifiedAt)
{
    private readonly Dictionary<SealedCustomer, MonthChange> _current = [];
    private readonly Dictionary<(SealedCustomer, int), MonthChange> _all = [];
    private readonly int _verifiedMonth = CustomerMonth.Of(verifiedAt);
    private (Timestamp Start, Timestamp End, int Month) _window;

    public IReadOnlyCollection<MonthChange> All => _all.Values;

    /// <summary>In the order of the key, so that two that write the same rows never wait for each other in a ring.</summary>
    public MonthChange[] InOrder() =>
        [.. _all.Values.OrderBy(m => m.Customer.LedgerNo).ThenBy(m => m.Customer.CustomerNo).ThenBy(m => m.Month)];

    /// <summary>The change of the month in which each customer's last record of the tick lies.</summary>
    public IReadOnlyDictionary<SealedCustomer, MonthChange> Latest => _current;

    public void Add(in ReadBackRow row, Hash leaf)
    {
        var month = MonthOf(row.AcceptedAt);
        var customer = row.Customer!;
        ref var current = ref CollectionsMarshal.GetValueRefOrAddDefault(_current, customer, out _);
        if (current is null || current.Month != month)
        {
            var before = current;
            current = Get(customer, month);
            if (before is not null && current.RecordCount == 0) current.BeginAfter(before);
        }

        current.Add(row, leaf);
        (month == _verifiedMonth ? current : Get(customer, _verifiedMonth)).VerifiedCount++;
    }

    private MonthChange Get(SealedCustomer customer, int month)
    {
        ref var change = ref CollectionsMarshal.GetValueRefOrAddDefault(_all, (customer, month), out _);
        return change ??= new MonthChange(customer, month);
    }

    private int MonthOf(Timestamp instant)
    {
        if (instant < _window.Start || instant >= _window.End)
        {
            var period = Period.Of(instant);
            _window = (period.Window.Start, period.Window.End, CustomerMonth.Of(period));
        }

        return _window.Month;
    }
}
