using PacSpace.Evidence;
using PacSpace.Features.Checkpoints;
using PacSpace.Infrastructure.Records;
using Xunit;

namespace PacSpace.Features.Tests.Checkpoints;

public sealed class WindowFoldTests
{
    [Fact]
    public void Going_on_from_a_rollup_gives_what_reading_everything_gives()
    {
        var rows = Rows(20);
        for (var kept = 1; kept <= rows.Count; kept++)
        {
            var whole = Fold(WindowFold.Empty(1), rows);
            var (month, tree) = Rollup(rows.Take(kept));
            var rest = WindowFold.After(month, tree);
            rest.Follow(rows[kept - 1]);
            Fold(rest, rows.Skip(kept));

            Assert.Equal(
                (whole.Count, whole.LastSeq, whole.Increases, whole.Decreases, whole.Unit, whole.ProofRoot(Hash.Sha256([1]))),
                (rest.Count, rest.LastSeq, rest.Increases, rest.Decreases, rest.Unit, rest.ProofRoot(Hash.Sha256([1]))));
            Assert.Empty(rest.Suspects);
        }
    }

    [Fact]
    public void The_root_is_over_the_records_and_the_checkpoint_as_the_last_leaf()
    {
        var (rows, checkpoint) = (Rows(5), Hash.Sha256([9]));

        Assert.Equal(MerkleTree.Root([.. rows.Select(r => r.Leaf), checkpoint]), Fold(WindowFold.Empty(1), rows).ProofRoot(checkpoint));
    }

    [Theory]
    [InlineData("tokens,tokens,tokens", "tokens")]
    [InlineData(",tokens,", "tokens")]
    [InlineData(",,", null)]
    [InlineData("tokens,credits,tokens", null)]
    [InlineData("tokens,,credits", null)]
    public void The_unit_is_the_one_of_all_that_have_one(string units, string? expected)
    {
        var rows = Rows(3).Zip(units.Split(','), (row, unit) => row with { Unit = unit.Length == 0 ? null : unit });

        Assert.Equal(expected, Fold(WindowFold.Empty(1), rows).Unit);
    }

    [Fact]
    public void A_changed_hash_delta_or_balance_shows_in_the_record_beside_it()
    {
        var rows = Rows(5);
        foreach (var changed in new[] { rows[2] with { Leaf = default }, rows[2] with { Delta = Amount.FromDecimal(7) }, rows[2] with { BalanceAfter = Amount.FromDecimal(99) } })
        {
            var fold = Fold(WindowFold.Empty(1), [.. rows.Take(2), changed, .. rows.Skip(3)]);

            Assert.Contains(3, fold.Suspects);
        }
    }

    [Fact]
    public void Numbers_without_a_row_are_missing_wherever_they_are()
    {
        var rows = Rows(6);
        var fold = Fold(WindowFold.Empty(1), [rows[1], rows[3], rows[4]]);
        fold.EndAt(6);

        Assert.Equal([1, 3, 6], fold.Missing);
    }

    private static WindowFold Fold(WindowFold fold, IEnumerable<WindowRow> rows)
    {
        foreach (var row in rows) fold.Add(row);
        return fold;
    }

    private static List<WindowRow> Rows(int count)
    {
        var rows = new List<WindowRow>();
        var (prev, balance) = (Hash.Zero, Amount.Zero);
        for (var seq = 1; seq <= count; seq++)
        {
            var delta = Amount.FromDecimal(seq % 3 == 0 ? seq : -seq);
            balance += delta;
            var leaf = Hash.Sha256([(byte)seq]);
            rows.Add(new WindowRow(seq, Timestamp.FromMicroseconds(seq), delta, balance, leaf, prev, "tokens"));
            prev = leaf;
        }

        return rows;
    }

    private static (StoredMonth Month, TreeFrontier Tree) Rollup(IEnumerable<WindowRow> rows)
    {
        var list = rows.ToList();
        var tree = new TreeFrontier();
        foreach (var row in list) tree.Append(row.Leaf);
        var increases = list.Where(r => r.Delta > Amount.Zero).Sum(r => r.Delta.Value);
        var decreases = list.Where(r => r.Delta < Amount.Zero).Sum(r => r.Delta.Value);
        return (new StoredMonth(1, 1, 24315, list.Count, list.Count, increases + decreases, increases, decreases, list[^1].BalanceAfter.Value, 1, list.Count, null, null, "tokens",
            false, [], []), tree);
    }
}
