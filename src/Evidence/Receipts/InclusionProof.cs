namespace PacSpace.Evidence;

/// <summary>Where a leaf stands in a tree, and the path from it to the root: <c>{ "index", "size", "path" }</c> in a file.</summary>
/// <param name="Index">The leaf's position.</param>
/// <param name="Size">The tree's size.</param>
/// <param name="Path">From the leaf upwards; at most 64 hashes.</param>
public sealed record InclusionProof(LeafIndex Index, TreeSize Size, IReadOnlyList<Hash> Path)
{
    /// <summary>Hashes of a path at most, in a file.</summary>
    public const int MaxPathLength = 64;

    /// <summary>The root to which the path leads from a leaf; null when it is not of the right length for index and size.</summary>
    public Hash? RootFrom(Hash leafHash) => MerkleTree.RootFromInclusion(leafHash, Index, Size, [.. Path]);

    /// <summary>Equality of index, size and each hash.</summary>
    public bool Equals(InclusionProof? other) =>
        other is not null && Index == other.Index && Size == other.Size && Path.SequenceEqual(other.Path);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Index, Size, Path.Count);
}
