using System.Text;
using System.Text.Json;

namespace PacSpace.Evidence.Tests.Trees;

public sealed class GoldenTreeTests
{
    private static readonly JsonElement File = Golden.Read("trees.json");

    private static Hash[] Leaves(int size) =>
        [.. Enumerable.Range(0, size).Select(i => MerkleTree.LeafHash(Encoding.ASCII.GetBytes($"entry {i}")))];

    [Fact]
    public void The_root_of_no_entries_is_the_hash_of_nothing() =>
        Assert.Equal(Golden.Hash(File.GetProperty("emptyRoot")), MerkleTree.EmptyRoot);

    [Fact]
    public void Roots_and_paths_are_those_of_the_golden_file_from_leaves_and_from_stored_nodes()
    {
        var (trees, paths) = (0, 0);
        foreach (var tree in File.GetProperty("trees").EnumerateArray())
        {
            var leaves = Leaves(tree.GetProperty("size").GetInt32());
            var size = new TreeSize(leaves.Length);
            var nodes = new NodeStore(leaves);
            var root = Golden.Hash(tree.GetProperty("root"));
            Assert.Equal(root, MerkleTree.Root(leaves));
            Assert.Equal(root, MerkleTree.RootAt(size, nodes.Read));
            trees++;

            foreach (var proof in tree.GetProperty("inclusion").EnumerateArray())
            {
                var index = new LeafIndex(proof.GetProperty("index").GetInt64());
                var path = Golden.Path(proof.GetProperty("path"));
                Assert.Equal(path, MerkleTree.InclusionPath(leaves, index));
                Assert.Equal(path, MerkleTree.InclusionPath(index, size, nodes.Read));
                Assert.True(MerkleTree.CheckInclusion(leaves[index.Value], index, size, path, root));
                paths++;
            }
            foreach (var proof in tree.GetProperty("consistency").EnumerateArray())
            {
                var from = new TreeSize(proof.GetProperty("from").GetInt64());
                var path = Golden.Path(proof.GetProperty("path"));
                Assert.Equal(path, MerkleTree.ConsistencyPath(from, size, nodes.Read));
                Assert.True(MerkleTree.CheckConsistency(from, size, MerkleTree.RootAt(from, nodes.Read), root, path));
                paths++;
            }
        }
        Assert.True(trees > 10 && paths > 100, $"{trees} trees, {paths} paths");
    }
}
