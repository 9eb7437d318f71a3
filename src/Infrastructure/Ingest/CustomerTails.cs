using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Ingest;

/// <summary>Where a customer's chain ends: what the next record is built on.</summary>
internal sealed class CustomerTail
{
    public required int CustomerNo { get; init; }
    public required string? Unit { get; init; }
    public long Seq { get; set; }
    public Hash Leaf { get; set; }
    public Amount Balance { get; set; }
    public Timestamp LastAt { get; set; }

    /// <summary>The stored last record no longer reproduces its hash: nothing is built on it.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>The customer row is still to be inserted, with its first record.</summary>
    public bool IsNew { get; set; }
}

/// <summary>The tails one writer knows, true for exactly one version of the ledger row.</summary>
/// <remarks>Owned by the writer's loop; no lock. Bounded: past the bound it forgets everything, which costs one query
/// a customer and keeps no order of use that would have to be maintained a record.</remarks>
internal sealed class CustomerTails
{
    private const int Capacity = 50_000;
    private readonly Dictionary<string, CustomerTail> _tails = new(StringComparer.Ordinal);
    private readonly List<string> _new = [];
    private long? _version;

    /// <summary>The version that the tails belong to; null when nothing is known.</summary>
    public long? Version => _tails.Count <= Capacity ? _version : null;

    /// <summary>Forgets all tails unless they belong to this version of the ledger row.</summary>
    public void TrustOnly(long version)
    {
        if (Version == version) return;
        Forget();
        _version = version;
    }

    /// <summary>The tails as they now stand belong to the version just committed.</summary>
    public void Committed(long version) => _version = version;

    /// <summary>A customer that the database does not know yet.</summary>
    public void Begin(string customerId, CustomerTail tail)
    {
        _tails[customerId] = tail;
        _new.Add(customerId);
    }

    /// <summary>The customers whose first record is in this group; those that got none are forgotten, since a refused
    /// delta creates nobody.</summary>
    public IReadOnlyList<(string CustomerId, CustomerTail Tail)> TakeNew()
    {
        if (_new.Count == 0) return [];
        var created = new List<(string, CustomerTail)>(_new.Count);
        foreach (var customerId in _new)
        {
            var tail = _tails[customerId];
            if (tail.Seq > 0) created.Add((customerId, tail));
            else _tails.Remove(customerId);
            tail.IsNew = false;
        }

        _new.Clear();
        return created;
    }

    /// <summary>After a failed commit nothing is known.</summary>
    public void Forget()
    {
        _tails.Clear();
        _new.Clear();
        _version = null;
    }

    /// <summary>False also for a damaged one: it is read again each time, since its content may have been restored.</summary>
    public bool Contains(string customerId) => _tails.TryGetValue(customerId, out var tail) && !tail.IsDamaged;

    public CustomerTail this[string customerId]
    {
        get => _tails[customerId];
        set => _tails[customerId] = value;
    }
}
