namespace PacSpace.Evidence;

/// <summary>The number of leaves of a tree; at least 0.</summary>
/// <remarks>Not convertible to or from <see cref="LeafIndex"/>: a size where an index belongs does not compile.</remarks>
public readonly record struct TreeSize : IComparable<TreeSize>
{
    /// <summary>A tree of that many leaves.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public TreeSize(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Value = value;
    }

    /// <summary>The number of leaves.</summary>
    public long Value { get; }

    /// <summary>The tree without leaves.</summary>
    public static TreeSize Empty => default;

    /// <summary>Whether a tree of this size has a leaf at that index.</summary>
    public bool Contains(LeafIndex index) => index.Value < Value;

    /// <summary>The decimal digits.</summary>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public int CompareTo(TreeSize other) => Value.CompareTo(other.Value);

    /// <summary>Smaller.</summary>
    public static bool operator <(TreeSize left, TreeSize right) => left.Value < right.Value;

    /// <summary>Larger.</summary>
    public static bool operator >(TreeSize left, TreeSize right) => left.Value > right.Value;

    /// <summary>Not larger.</summary>
    public static bool operator <=(TreeSize left, TreeSize right) => left.Value <= right.Value;

    /// <summary>Not smaller.</summary>
    public static bool operator >=(TreeSize left, TreeSize right) => left.Value >= right.Value;
}

/// <summary>The position of a leaf, from 0.</summary>
/// <remarks>Not convertible to or from <see cref="TreeSize"/>.</remarks>
public readonly record struct LeafIndex : IComparable<LeafIndex>
{
    /// <summary>The leaf with that many leaves before it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public LeafIndex(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Value = value;
    }

    /// <summary>The number of leaves before this one.</summary>
    public long Value { get; }

    /// <summary>The decimal digits.</summary>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public int CompareTo(LeafIndex other) => Value.CompareTo(other.Value);

    /// <summary>Further left.</summary>
    public static bool operator <(LeafIndex left, LeafIndex right) => left.Value < right.Value;

    /// <summary>Further right.</summary>
    public static bool operator >(LeafIndex left, LeafIndex right) => left.Value > right.Value;

    /// <summary>Not further right.</summary>
    public static bool operator <=(LeafIndex left, LeafIndex right) => left.Value <= right.Value;

    /// <summary>Not further left.</summary>
    public static bool operator >=(LeafIndex left, LeafIndex right) => left.Value >= right.Value;
}
