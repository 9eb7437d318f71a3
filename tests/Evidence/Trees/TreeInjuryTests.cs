using System.Text;

namespace PacSpace.Evidence.Tests.Trees;

/// <summary>Good proofs, each with one injury. A missing defence shows as a proof that still checks.</summary>
public sealed class TreeInjuryTests
{
    private const int Largest = 40;

    private static readonly Hash[] Leaves = [.. Enumerable.Range(0, Largest).Select(i => MerkleTree.LeafHash(Encoding.ASCII.GetBytes($"leaf {i}")))];
    private static readonly NodeStore Nodes = new(Leaves);
    private static readonly Hash[] Roots = [.. Enumerable.Range(0, Largest + 1).Select(n => MerkleTree.Root(Leaves.AsSpan(0, n)))];

    private static Hash Flip(Hash hash)
    {
        var bytes = hash.ToArray();
        bytes[17] ^= 0x10;
        return Hash.FromBytes(bytes);
    }

    private static IEnumerable<(string Injury, Hash[] Path)> InjuredPaths(Hash[] path)
    {
        yield return ("extended-at-the-end", [.. path, Leaves[0]]);
        yield return ("extended-at-the-front", [Leaves[0], .. path]);
        for (var i = 0; i < path.Length; i++)
        {
            yield return ($"removed-{i}", [.. path[..i], .. path[(i + 1)..]]);
            yield return ($"flipped-{i}", [.. path[..i], Flip(path[i]), .. path[(i + 1)..]]);
            if (i > 0 && path[i] != path[i - 1]) yield return ($"swapped-{i}", [.. path[..(i - 1)], path[i], path[i - 1], .. path[(i + 1)..]]);
        }
    }

    [Fact]
    public void Injured_inclusion_proofs_do_not_check()
    {
        for (var n = 1; n <= Largest; n++)
        {
            for (var m = 0; m < n; m++)
            {
                var (index, size, root) = (new LeafIndex(m), new TreeSize(n), Roots[n]);
                var path = MerkleTree.InclusionPath(index, size, Nodes.Read);
                bool Checks(Hash leaf, LeafIndex i, TreeSize s, Hash[] p, Hash r) => MerkleTree.CheckInclusion(leaf, i, s, p, r);
                Assert.True(Checks(Leaves[m], index, size, path, root));
                Assert.False(Checks(Flip(Leaves[m]), index, size, path, root), $"leaf {m} of {n}");
                Assert.False(Checks(Leaves[m], index, size, path, Flip(root)), $"root {m} of {n}");
                Assert.False(Checks(Leaves[m], index, TreeSize.Empty, path, root), $"empty {m} of {n}");
                Assert.False(Checks(Leaves[m], new(n), size, path, root), $"index-at-size {m} of {n}");
                for (var other = 0; other < n; other++)
                    Assert.True(other == m || !Checks(Leaves[m], new(other), size, path, root), $"moved to {other} from {m} of {n}");
                foreach (var (injury, injured) in InjuredPaths(path))
                    Assert.False(Checks(Leaves[m], index, size, injured, root), $"{injury} {m} of {n}");
            }
        }
    }

    [Fact]
    public void Injured_consistency_proofs_do_not_check()
    {
        for (var n = 1; n <= Largest; n++)
        {
            for (var m = 0; m <= n; m++)
            {
                var (first, second) = (new TreeSize(m), new TreeSize(n));
                var path = MerkleTree.ConsistencyPath(first, second, Nodes.Read);
                bool Checks(TreeSize a, TreeSize b, Hash x, Hash y, Hash[] p) => MerkleTree.CheckConsistency(a, b, x, y, p);
                Assert.True(Checks(first, second, Roots[m], Roots[n], path));
                Assert.False(Checks(first, second, Flip(Roots[m]), Roots[n], path), $"first root {m} to {n}");
                // Nothing is claimed about what follows an empty tree.
                if (m > 0) Assert.False(Checks(first, second, Roots[m], Flip(Roots[n]), path), $"second root {m} to {n}");
                if (m < n) Assert.False(Checks(second, first, Roots[n], Roots[m], path), $"swapped sizes {m} to {n}");
                if (m < n && m > 0) Assert.False(Checks(first, second, Roots[n], Roots[m], path), $"swapped roots {m} to {n}");
                foreach (var (injury, injured) in InjuredPaths(path))
                    Assert.False(Checks(first, second, Roots[m], Roots[n], injured), $"{injury} {m} to {n}");
            }
        }
    }

    /// <summary>RFC 6962 binds a size only by the length of its paths; so far a wrong one must show.</summary>
    [Fact]
    public void A_size_whose_paths_are_of_another_length_does_not_check()
    {
        var refused = 0;
        for (var n = 1; n <= Largest; n++)
        {
            for (var m = 1; m < n; m++)
            {
                var (inclusion, consistency) = (MerkleTree.InclusionPath(new(m), new(n), Nodes.Read), MerkleTree.ConsistencyPath(new(m), new(n), Nodes.Read));
                for (var lie = m + 1; lie <= Largest; lie++)
                {
                    var size = new TreeSize(lie);
                    if (MerkleTree.InclusionPath(new(m), size, Nodes.Read).Length != inclusion.Length)
                    {
                        Assert.False(MerkleTree.CheckInclusion(Leaves[m], new LeafIndex(m), size, inclusion, Roots[n]), $"{m} of {n}, said to be {lie}");
                        refused++;
                    }
                    if (MerkleTree.ConsistencyPath(new(m), size, Nodes.Read).Length != consistency.Length)
                    {
                        Assert.False(MerkleTree.CheckConsistency(new(m), size, Roots[m], Roots[n], consistency), $"{m} to {n}, said to be {lie}");
                        refused++;
                    }
                }
            }
        }
        Assert.True(refused > 1000);
    }

    [Fact]
    public void What_is_outside_the_tree_has_no_proof()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleTree.InclusionPath(new(3), new(3), Nodes.Read));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleTree.InclusionPath(Leaves.AsSpan(0, 3), new(3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleTree.ConsistencyPath(new(4), new(3), Nodes.Read));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TreeSize(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeafIndex(-1));
    }
}
