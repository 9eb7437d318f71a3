using System.Security.Cryptography;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Sealing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Sealing;

/// <summary>The pure decisions of a tick: shares, the rule for damaged rows, the plan.</summary>
public sealed class SealDecisionTests
{
    private static readonly Hash A = Hash.Sha256("a"u8);
    private static readonly Hash B = Hash.Sha256("b"u8);
    private static readonly Hash C = Hash.Sha256("c"u8);

    //          pending of each ledger           takes
    [Theory]
    [InlineData("",                              "")]
    [InlineData("1",                             "1")]
    [InlineData("32768",                         "32768")]
    [InlineData("40000",                         "32768")]
    [InlineData("40000 5",                       "32763 5")]
    [InlineData("40000 40000",                   "16384 16384")]
    [InlineData("5 40000 5 40000 5",             "5 16376 5 16377 5")]
    [InlineData("40000 20000 2000",              "15384 15384 2000")]
    public void Who_has_little_gets_all_of_it_and_the_rest_is_shared(string pending, string takes)
    {
        var ledgers = Numbers(pending).Select((n, i) => new PendingLedger(i + 1, "ldg", 100, 100 + n, null)).ToList();
        var spans = SealShare.Divide(ledgers, turn: 0);
        Assert.True(spans.All(s => s.First == 100) && spans.Sum(s => s.Count) <= SealShare.MaxRecords);
        Assert.Equal(Numbers(takes).Sum(), spans.Sum(s => s.Count));
        Assert.True(Numbers(takes).Zip(spans).All(pair => Math.Abs(pair.First - pair.Second.Count) <= 1_000), string.Join(' ', spans.Select(s => s.Count)));
    }

    [Fact]
    public void With_more_busy_ledgers_than_shares_each_has_its_turn_and_no_share_is_too_small_for_a_submission()
    {
        var ledgers = Enumerable.Range(1, 100).Select(i => new PendingLedger(i, "ldg", 0, i % 10 == 0 ? 3 : 100_000, null)).ToList();
        var served = new HashSet<int>();
        for (var turn = 0L; turn < 4; turn++)
        {
            var spans = SealShare.Divide(ledgers, turn);
            Assert.True(spans.Sum(s => s.Count) <= SealShare.MaxRecords && spans.All(s => s.Count == 3 || s.Count >= SealShare.MinShare));
            Assert.Equal(10, spans.Count(s => s.Count == 3));
            served.UnionWith(spans.Select(s => s.LedgerNo));
        }

        Assert.Equal(100, served.Count);
    }

    //          stored recomputed confirmed  verdict
    [Theory]
    [InlineData('a', 'a', "",   Verdict.Good)]
    [InlineData('a', 'b', "a",  Verdict.Failed)]
    [InlineData('a', 'b', "b",  Verdict.Mend)]
    [InlineData('a', 'b', "",   Verdict.Stop)]
    [InlineData('a', 'b', "c",  Verdict.Stop)]
    [InlineData('a', 'b', "ab", Verdict.Stop)]
    [InlineData('a', '-', "a",  Verdict.Failed)]
    [InlineData('a', '-', "",   Verdict.Stop)]
    [InlineData('-', 'b', "b",  Verdict.Mend)]
    [InlineData('-', 'b', "",   Verdict.Stop)]
    [InlineData('-', '-', "ab", Verdict.Stop)]
    internal void What_a_further_source_confirms_decides(char stored, char recomputed, string confirmed, Verdict verdict)
    {
        var finding = DamageRule.Decide(Of(stored), Of(recomputed), confirmed.Select(c => Of(c)!.Value).ToHashSet());
        Assert.Equal(verdict, finding.Verdict);
        if (verdict is Verdict.Failed) Assert.Equal(Of(stored), finding.Leaf);
        if (verdict is Verdict.Mend) Assert.Equal(Of(recomputed), finding.Leaf);
    }

    [Fact]
    public void A_root_confirms_the_one_choice_of_hashes_that_gives_it()
    {
        Hash[] leaves = [A, B, C, A, B];
        var root = MerkleTree.Root(leaves);
        var found = DamageRule.ConfirmedByRoot([A, default, C, default, B], [(1, [C, B]), (3, [A])], (r, _) => r == root);
        Assert.Equal(new Dictionary<int, Hash> { [1] = B, [3] = A }, found);
        Assert.Empty(DamageRule.ConfirmedByRoot([A, default, C, default, B], [(1, [C, A]), (3, [A])], (r, _) => r == root));
        Assert.Empty(DamageRule.ConfirmedByRoot(leaves, [(1, [B])], (_, _) => false));
        Assert.Empty(DamageRule.ConfirmedByRoot(new Hash[8], Enumerable.Range(0, 7).Select(i => (i, new[] { A, B })).ToList(), (_, _) => true));
    }

    /// <summary>A small log, derived by hand from RFC 6962 and section 3 of the evidence format.</summary>
    [Fact]
    public void A_plan_enters_blocks_by_ledger_and_place_then_checkpoints_and_gives_the_root_of_them()
    {
        var before = new TreeFrontier();
        before.Append(A);
        var edge = new LogEdge("log.test/log/production", before, "note", Timestamp.MinValue);
        var plan = SealPlan.Make(edge, [Run(3, 40, 4_096 + 2), Run(7, 0, 1)], [new WaitingCheckpoint("chk_1", B)]);

        Assert.Equal(
            [(3, 40L, 4_096, 1L), (3, 4_136L, 2, 2L), (7, 0L, 1, 3L)],
            plan.Blocks.Select(b => (b.Planned.LedgerNo, b.Planned.FirstIndex, b.Planned.RecordCount, b.LogIndex)));
        Assert.Equal(new PlannedCheckpoint(Entry.CheckpointRoot(B), "chk_1"), plan.Entries[3]);
        Assert.Equal(Node(Leaf(3, 4_136), Leaf(3, 4_137)), plan.Blocks[1].Root.ToArray());

        byte[] EntryLeaf(byte type, ReadOnlySpan<byte> root) => SHA256.HashData([0, type, .. SHA256.HashData(root)]);
        var e1 = EntryLeaf(0x11, plan.Blocks[0].Root.Bytes);
        var e2 = EntryLeaf(0x11, Node(Leaf(3, 4_136), Leaf(3, 4_137)));
        var e3 = EntryLeaf(0x11, Leaf(7, 0).Bytes);
        var e4 = EntryLeaf(0x12, B.Bytes);
        var n01 = Hash.FromBytes(Node(A, Hash.FromBytes(e1)));
        var n23 = Hash.FromBytes(Node(Hash.FromBytes(e2), Hash.FromBytes(e3)));
        var n03 = Hash.FromBytes(Node(n01, n23));
        Assert.Equal(Node(n03, Hash.FromBytes(e4)), plan.Root.ToArray());
        Assert.Equal((5L, new TreeHead("log.test/log/production", new TreeSize(5), plan.Root)), (plan.Size, plan.Head));
        Assert.Equal(
            [(new TreeNode(0, 1), e1), (new TreeNode(1, 0), n01.ToArray()), (new TreeNode(0, 2), e2), (new TreeNode(0, 3), e3), (new TreeNode(1, 1), n23.ToArray()),
                (new TreeNode(2, 0), n03.ToArray()), (new TreeNode(0, 4), e4)],
            plan.Nodes.Select(n => (n.Place, n.Hash.ToArray())));
        Assert.Equal(1, before.Size.Value);
    }

    private static DecidedRun Run(int ledgerNo, long first, int count)
    {
        var span = new LedgerSpan(ledgerNo, "ldg", first, first + count);
        var leaves = Enumerable.Range(0, count).Select(i => Leaf(ledgerNo, first + i)).ToArray();
        return new DecidedRun(new LedgerRun(span, new ReadBackRow[count]), new RunDecision { Span = span, Count = count }, leaves);
    }

    private static Hash Leaf(int ledgerNo, long index) => Hash.Sha256([(byte)ledgerNo, (byte)(index >> 8), (byte)(index & 255)]);

    private static byte[] Node(Hash left, Hash right) => SHA256.HashData([1, .. left.ToArray(), .. right.ToArray()]);

    private static Hash? Of(char name) => name switch { 'a' => A, 'b' => B, 'c' => C, _ => null };

    private static List<long> Numbers(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => long.Parse(n, System.Globalization.CultureInfo.InvariantCulture))];
}
