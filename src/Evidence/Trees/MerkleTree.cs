namespace PacSpace.Evidence;

/// <summary>The Merkle tree of RFC 6962, section 2.1: roots, and proofs beside their checks. Golden file: <c>trees.json</c>.</summary>
/// <remarks>
/// <code>
/// MTH({})    = H("")
/// MTH({d0})  = H(0x00 ‖ d0)                        the leaf hash
/// MTH(D[n])  = H(0x01 ‖ MTH(D[0:k]) ‖ MTH(D[k:n]))  k the largest power of two below n
/// </code>
/// Paths are written from the leaf upwards. The stored form of building lives in <c>StoredTree.cs</c>.
/// </remarks>
public static partial class MerkleTree
{
    /// <summary>The root of no entries, <c>H("")</c>.</summary>
    public static Hash EmptyRoot { get; } = Hash.Sha256([]);

    /// <summary><c>H(0x00 ‖ entry)</c></summary>
    public static Hash LeafHash(ReadOnlySpan<byte> entry)
    {
        Span<byte> bytes = entry.Length < 256 ? stackalloc byte[1 + entry.Length] : new byte[1 + entry.Length];
        bytes[0] = 0x00;
        entry.CopyTo(bytes[1..]);
        return Hash.Sha256(bytes);
    }

    /// <summary><c>H(0x01 ‖ left ‖ right)</c></summary>
    public static Hash NodeHash(Hash left, Hash right)
    {
        Span<byte> bytes = stackalloc byte[1 + 2 * Hash.Size];
        bytes[0] = 0x01;
        left.CopyTo(bytes[1..]);
        right.CopyTo(bytes[(1 + Hash.Size)..]);
        return Hash.Sha256(bytes);
    }

    /// <summary>The root over leaf hashes held in memory.</summary>
    public static Hash Root(ReadOnlySpan<Hash> leafHashes)
    {
        var frontier = new TreeFrontier();
        foreach (var leaf in leafHashes) frontier.Append(leaf);
        return frontier.Root();
    }

    /// <summary>The inclusion path of one of the leaves (RFC 6962, 2.1.1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no leaf at that index.</exception>
    public static Hash[] InclusionPath(ReadOnlySpan<Hash> leafHashes, LeafIndex index)
    {
        var ranges = InclusionRanges(index, new TreeSize(leafHashes.Length));
        var path = new Hash[ranges.Count];
        for (var i = 0; i < path.Length; i++) path[i] = Root(leafHashes[(int)ranges[i].First..(int)ranges[i].End]);
        return path;
    }

    /// <summary>The root to which a path leads from a leaf; null when the path is not of the one right length.</summary>
    /// <remarks>The check of RFC 9162, 2.1.3.2, for the trees of RFC 6962.</remarks>
    public static Hash? RootFromInclusion(Hash leafHash, LeafIndex index, TreeSize size, ReadOnlySpan<Hash> path)
    {
        if (!size.Contains(index)) return null;
        var (node, last, root) = (index.Value, size.Value - 1, leafHash);
        foreach (var sibling in path)
        {
            if (last == 0) return null;
            if ((node & 1) == 1 || node == last)
            {
                root = NodeHash(sibling, root);
                // The rightmost node stands alone on some levels, where it is carried up as it is.
                while ((node & 1) == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                root = NodeHash(root, sibling);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 ? root : null;
    }

    /// <summary>Whether a path leads from a leaf to that root.</summary>
    public static bool CheckInclusion(Hash leafHash, LeafIndex index, TreeSize size, ReadOnlySpan<Hash> path, Hash root) =>
        RootFromInclusion(leafHash, index, size, path) == root;

    /// <summary>Whether the tree of the first root is a prefix of the tree of the second (RFC 6962, 2.1.2; RFC 9162, 2.1.4.2).</summary>
    /// <remarks>Equal sizes, and a first size of 0, have the empty path; the roots must then be equal, or the first be <see cref="EmptyRoot"/>.</remarks>
    public static bool CheckConsistency(TreeSize first, TreeSize second, Hash firstRoot, Hash secondRoot, ReadOnlySpan<Hash> path)
    {
        if (first > second) return false;
        if (first == second) return path.IsEmpty && firstRoot == secondRoot && (first.Value > 0 || firstRoot == EmptyRoot);
        if (first == TreeSize.Empty) return path.IsEmpty && firstRoot == EmptyRoot;

        var (node, last) = (first.Value - 1, second.Value - 1);
        while ((node & 1) == 1) (node, last) = (node >> 1, last >> 1);

        // A first tree that is complete is itself the node from which both roots are built; otherwise the path begins with it.
        var wasComplete = node == 0;
        if (!wasComplete && path.IsEmpty) return false;
        var old = wasComplete ? firstRoot : path[0];
        var now = old;
        foreach (var sibling in wasComplete ? path : path[1..])
        {
            if (last == 0) return false;
            if ((node & 1) == 1 || node == last)
            {
                old = NodeHash(sibling, old);
                now = NodeHash(sibling, now);
                while ((node & 1) == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                now = NodeHash(now, sibling);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && old == firstRoot && now == secondRoot;
    }
}
