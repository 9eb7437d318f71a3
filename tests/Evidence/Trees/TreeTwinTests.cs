using System.Globalization;
using System.Text;

namespace PacSpace.Evidence.Tests.Trees;

public sealed class TreeTwinTests
{
    private const int AllSizesUpTo = 70;

    private static byte[][] Entries(int size) =>
        [.. Enumerable.Range(0, size).Select(i => Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture)))];

    private static Hash[] Leaves(byte[][] entries) => [.. entries.Select(entry => MerkleTree.LeafHash(entry))];

    private static Hash[] Hashes(IEnumerable<byte[]> path) => [.. path.Select(hash => Hash.FromBytes(hash))];

    [Fact]
    public void Roots_and_inclusion_paths_are_the_twins_for_all_small_sizes()
    {
        for (var n = 0; n <= AllSizesUpTo; n++)
        {
            var entries = Entries(n);
            var (leaves, size, root) = (Leaves(entries), new TreeSize(n), Hash.FromBytes(Rfc6962.Mth(entries)));
            var nodes = new NodeStore(leaves);
            Assert.Equal(root, MerkleTree.Root(leaves));
            Assert.Equal(root, nodes.Frontier.Root());
            AssertReads(nodes, MerkleTree.NodesNeededForRoot(size), () => Assert.Equal(root, MerkleTree.RootAt(size, nodes.Read)));
            for (var m = 0; m < n; m++)
            {
                var (index, path) = (new LeafIndex(m), Hashes(Rfc6962.Path(m, entries)));
                Assert.Equal(path, MerkleTree.InclusionPath(leaves, index));
                AssertReads(nodes, MerkleTree.NodesNeededForInclusion(index, size),
                    () => Assert.Equal(path, MerkleTree.InclusionPath(index, size, nodes.Read)));
                Assert.Equal(root, MerkleTree.RootFromInclusion(leaves[m], index, size, path));
            }
        }
    }

    [Fact]
    public void Consistency_paths_are_the_twins_for_all_small_sizes()
    {
        var entries = Entries(AllSizesUpTo);
        var roots = Enumerable.Range(0, AllSizesUpTo + 1).Select(n => Hash.FromBytes(Rfc6962.Mth(entries[..n]))).ToArray();
        for (var n = 1; n <= AllSizesUpTo; n++)
        {
            var nodes = new NodeStore(Leaves(entries[..n]));
            for (var m = 0; m <= n; m++)
            {
                var (first, second) = (new TreeSize(m), new TreeSize(n));
                var path = m == 0 ? [] : Hashes(Rfc6962.Proof(m, entries[..n]));
                AssertReads(nodes, MerkleTree.NodesNeededForConsistency(first, second),
                    () => Assert.Equal(path, MerkleTree.ConsistencyPath(first, second, nodes.Read)));
                Assert.True(MerkleTree.CheckConsistency(first, second, roots[m], roots[n], path), $"{m} to {n}");
            }
        }
    }

    [Fact]
    public void Proofs_of_larger_trees_check()
    {
        var random = new Random(6962);
        for (var round = 0; round < 40; round++)
        {
            var n = random.Next(71, 4097);
            var leaves = Leaves(Entries(n));
            var (nodes, size) = (new NodeStore(leaves), new TreeSize(n));
            var (m, i) = (new TreeSize(random.Next(1, n + 1)), new LeafIndex(random.Next(n)));
            var root = nodes.Frontier.Root();
            Assert.Equal(root, MerkleTree.RootAt(size, nodes.Read));
            var path = MerkleTree.InclusionPath(i, size, nodes.Read);
            Assert.True(MerkleTree.CheckInclusion(leaves[i.Value], i, size, path, root));
            Assert.True(MerkleTree.CheckConsistency(m, size, MerkleTree.Root(leaves.AsSpan(0, (int)m.Value)), root, MerkleTree.ConsistencyPath(m, size, nodes.Read)));
        }
    }

    [Fact]
    public void A_path_of_a_tree_of_any_size_is_no_longer_than_its_bits()
    {
        var (size, index) = (new TreeSize(long.MaxValue), new LeafIndex(long.MaxValue - 1));
        Assert.InRange(MerkleTree.NodesNeededForInclusion(index, size).Count, 1, 2 * 63);
        Assert.NotEmpty(MerkleTree.NodesNeededForConsistency(new(1), size));
        Assert.Null(MerkleTree.RootFromInclusion(Hash.Zero, index, size, new Hash[200]));
    }

    private static void AssertReads(NodeStore nodes, IReadOnlyList<TreeNode> expected, Action read)
    {
        nodes.Asked.Clear();
        read();
        Assert.Equal(expected.ToHashSet(), nodes.Asked.ToHashSet());
        Assert.Equal(expected.Count, nodes.Asked.Count);
    }
}
