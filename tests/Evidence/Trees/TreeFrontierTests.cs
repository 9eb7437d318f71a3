namespace PacSpace.Evidence.Tests.Trees;

public sealed class TreeFrontierTests
{
    private static Hash Leaf(int i) => Hash.Sha256([(byte)(i & 0xff), (byte)(i >> 8)]);

    [Fact]
    public void Its_stored_form_goes_on_where_it_stopped()
    {
        var frontier = new TreeFrontier();
        for (var i = 0; i < 300; i++)
        {
            Assert.Equal(i, frontier.Size.Value);
            var again = TreeFrontier.FromBytes(frontier.ToBytes());
            Assert.Equal(frontier.Root(), again.Root());
            Assert.Equal(8 + 32 * System.Numerics.BitOperations.PopCount((uint)i), frontier.ToBytes().Length);
            frontier.Append(Leaf(i));
            again.Append(Leaf(i));
            Assert.Equal(frontier.ToBytes(), again.ToBytes());
        }
    }

    [Fact]
    public void A_clone_grows_alone()
    {
        var frontier = new TreeFrontier();
        for (var i = 0; i < 7; i++) frontier.Append(Leaf(i));
        var (root, clone) = (frontier.Root(), frontier.Clone());
        clone.Append(Leaf(7));
        Assert.Equal(root, frontier.Root());
        Assert.NotEqual(root, clone.Root());
        Assert.Equal(8, clone.Size.Value);
    }

    [Fact]
    public void Complete_nodes_are_told_once_each_from_the_leaf_upwards()
    {
        var told = new List<(int Level, long Index)>();
        var frontier = new TreeFrontier();
        for (var i = 0; i < 8; i++) frontier.Append(Leaf(i), (level, index, _) => told.Add((level, index)));
        Assert.Equal(
            [(0, 0), (0, 1), (1, 0), (0, 2), (0, 3), (1, 1), (2, 0), (0, 4), (0, 5), (1, 2), (0, 6), (0, 7), (1, 3), (2, 1), (3, 0)],
            told);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00000000000000")]
    [InlineData("ffffffffffffffff")]
    [InlineData("0000000000000001")]
    [InlineData("000000000000000000")]
    public void Other_bytes_are_not_a_frontier(string hex) =>
        Assert.Throws<FormatException>(() => TreeFrontier.FromBytes(Convert.FromHexString(hex)));

    [Theory]
    [InlineData(32)]
    [InlineData(34)]
    public void Entries_have_33_bytes_of_a_known_kind(int length)
    {
        Assert.Throws<FormatException>(() => Entry.FromBytes([0x01, .. new byte[length - 1]]));
        foreach (var kind in new byte[] { 0x00, 0x03, 0x10, 0x13, 0xff })
            Assert.Throws<FormatException>(() => Entry.FromBytes([kind, .. new byte[32]]));
        foreach (var kind in new byte[] { 0x01, 0x02, 0x11, 0x12 })
            Assert.Equal([kind, .. new byte[32]], Entry.FromBytes([kind, .. new byte[32]]).ToArray());
    }

    [Fact]
    public void One_kind_of_entry_is_never_another()
    {
        var (salt, bytes) = (default(Salt), "x"u8.ToArray());
        Hash[] leaves = [Entry.Record(salt, bytes).LeafHash(), Entry.Checkpoint(salt, bytes).LeafHash(),
            Entry.Block(Hash.Zero).LeafHash(), Entry.CheckpointRoot(Hash.Zero).LeafHash()];
        Assert.Equal(4, leaves.Distinct().Count());
    }
}
