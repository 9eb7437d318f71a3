using System.Numerics;

namespace PacSpace.Evidence;

/// <summary>A complete subtree of 2^<paramref name="Level"/> leaves, the first of which is leaf <paramref name="Index"/> × 2^<paramref name="Level"/>.</summary>
/// <param name="Level">0 for leaf hashes; at most 62.</param>
/// <param name="Index">Position on its level, from 0.</param>
public readonly record struct TreeNode(int Level, long Index);

/// <summary>Gives the hash of a complete subtree, from wherever such nodes are kept.</summary>
public delegate Hash NodeReader(int level, long index);

/// <content>
/// Building from stored nodes. Only complete subtrees are stored: they never change, however far the tree grows. A proof consists
/// of the roots of runs of leaves; each run is a few complete subtrees, so each proof names the nodes that it needs and a caller
/// fetches them with one query.
/// </content>
public static partial class MerkleTree
{
    /// <summary>The root of the tree when it had that size.</summary>
    public static Hash RootAt(TreeSize size, NodeReader read) =>
        size == TreeSize.Empty ? EmptyRoot : RootOf(new(0, size.Value), read);

    /// <summary>The inclusion path of a leaf in the tree of that size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tree has no such leaf.</exception>
    public static Hash[] InclusionPath(LeafIndex index, TreeSize size, NodeReader read) =>
        [.. InclusionRanges(index, size).Select(range => RootOf(range, read))];

    /// <summary>The consistency path between two sizes; empty when they are equal or the first is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The first size is the larger one.</exception>
    public static Hash[] ConsistencyPath(TreeSize first, TreeSize second, NodeReader read) =>
        [.. ConsistencyRanges(first, second).Select(range => RootOf(range, read))];

    /// <summary>The nodes that <see cref="RootAt"/> reads.</summary>
    public static IReadOnlyList<TreeNode> NodesNeededForRoot(TreeSize size) => [.. NodesOf(new(0, size.Value))];

    /// <summary>The nodes that <see cref="InclusionPath(LeafIndex, TreeSize, NodeReader)"/> reads.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tree has no such leaf.</exception>
    public static IReadOnlyList<TreeNode> NodesNeededForInclusion(LeafIndex index, TreeSize size) =>
        [.. InclusionRanges(index, size).SelectMany(NodesOf)];

    /// <summary>The nodes that <see cref="ConsistencyPath"/> reads.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The first size is the larger one.</exception>
    public static IReadOnlyList<TreeNode> NodesNeededForConsistency(TreeSize first, TreeSize second) =>
        [.. ConsistencyRanges(first, second).SelectMany(NodesOf)];

    /// <summary>The leaves from <paramref name="First"/> up to but without <paramref name="End"/>; a subtree of RFC 6962.</summary>
    private readonly record struct LeafRange(long First, long End);

    /// <summary>PATH(m, D[n]) of RFC 6962, 2.1.1, as runs of leaves, from the leaf upwards.</summary>
    private static List<LeafRange> InclusionRanges(LeafIndex index, TreeSize size)
    {
        if (!size.Contains(index)) throw new ArgumentOutOfRangeException(nameof(index), "The tree has no such leaf.");
        var (first, end, ranges) = (0L, size.Value, new List<LeafRange>());
        while (end - first > 1)
        {
            var middle = first + SplitPoint(end - first);
            ranges.Add(index.Value < middle ? new(middle, end) : new(first, middle));
            (first, end) = index.Value < middle ? (first, middle) : (middle, end);
        }
        ranges.Reverse();
        return ranges;
    }

    /// <summary>PROOF(m, D[n]) of RFC 6962, 2.1.2, as runs of leaves.</summary>
    private static List<LeafRange> ConsistencyRanges(TreeSize older, TreeSize newer)
    {
        if (older > newer) throw new ArgumentOutOfRangeException(nameof(older), "The first size is the larger one.");
        var (first, end, ranges) = (0L, newer.Value, new List<LeafRange>());
        if (older == TreeSize.Empty) return ranges;
        while (end != older.Value)
        {
            var middle = first + SplitPoint(end - first);
            ranges.Add(older.Value <= middle ? new(middle, end) : new(first, middle));
            (first, end) = older.Value <= middle ? (first, middle) : (middle, end);
        }
        // Who checks has the first root already, and needs this run only when it is not the whole first tree.
        if (first > 0) ranges.Add(new(first, end));
        ranges.Reverse();
        return ranges;
    }

    /// <summary>The largest power of two below a length of at least 2.</summary>
    private static long SplitPoint(long length) => 1L << BitOperations.Log2((ulong)(length - 1));

    private static IEnumerable<TreeNode> NodesOf(LeafRange range)
    {
        for (var at = range.First; at < range.End;)
        {
            var level = BitOperations.Log2((ulong)(range.End - at));
            yield return new(level, at >> level);
            at += 1L << level;
        }
    }

    private static Hash RootOf(LeafRange range, NodeReader read)
    {
        Hash? root = null;
        foreach (var node in NodesOf(range).Reverse())
        {
            var hash = read(node.Level, node.Index);
            root = root is { } right ? NodeHash(hash, right) : hash;
        }
        return root ?? EmptyRoot;
    }
}
