using System.Text;

namespace PacSpace.Evidence.Tests.Statements;

public sealed class CheckpointStatementTests
{
    private static readonly CheckpointStatement Example = new()
    {
        CheckpointId = "chk_01",
        LedgerId = "ldg_01",
        CustomerId = "cust_001",
        Mode = CheckpointMode.All,
        Start = Golden.Time("2026-04-01T00:00:00.000000Z"),
        End = Golden.Time("2026-05-01T00:00:00.000000Z"),
        AsOf = Golden.Time("2026-05-01T00:00:05.000000Z"),
        Count = 5,
        FirstSeq = 3,
        LastSeq = 7,
        Opening = Amount.FromDecimal(10),
        Net = Amount.FromDecimal(-2.5m),
        Closing = Amount.FromDecimal(7.5m),
        Unit = "tokens",
        RecordedBy = "Acme Inference",
    };

    private static bool Reads(CheckpointStatement statement) =>
        RoundTrips(statement.ToUtf8(), statement);

    private static bool RoundTrips(byte[] bytes, CheckpointStatement statement) =>
        CheckpointStatement.TryParse(bytes, out var read) && read == statement;

    [Fact]
    public void Has_the_golden_bytes()
    {
        var golden = Golden.Read("receipts.json").GetProperty("good").EnumerateArray()
            .Select(good => good.GetProperty("bundle").GetProperty("checkpoint").GetProperty("statement").GetString()!).ToList();
        Assert.All(golden, text =>
        {
            Assert.True(CheckpointStatement.TryParse(Encoding.UTF8.GetBytes(text), out var statement));
            Assert.Equal(text, Encoding.UTF8.GetString(statement.ToUtf8()));
            Assert.Equal(Entry.Checkpoint(default, Encoding.UTF8.GetBytes(text)).LeafHash(), statement.LeafHash(default));
        });
    }

    [Fact]
    public void Mode_all_counts_without_gaps()
    {
        Assert.True(Reads(Example));
        Assert.True(Reads(Example with { Unit = null }));
        Assert.True(Reads(Example with { Count = 0, LastSeq = 2 }));
        Assert.True(Reads(Example with { Count = 0, FirstSeq = 1, LastSeq = 0 }));
        Assert.False(Reads(Example with { LastSeq = 8 }));
        Assert.False(Reads(Example with { Count = 6 }));
        Assert.False(Reads(Example with { FirstSeq = 0, LastSeq = 4 }));
    }

    [Fact]
    public void Mode_selected_has_gaps_but_no_balances()
    {
        var selected = Example with { Mode = CheckpointMode.Selected, Opening = Amount.Zero, Closing = Example.Net, LastSeq = 90 };
        Assert.True(Reads(selected));
        Assert.False(Reads(selected with { Count = 0 }));
        Assert.False(Reads(selected with { Opening = Amount.FromDecimal(1) }));
        Assert.False(Reads(selected with { FirstSeq = 0 }));
    }

    [Fact]
    public void A_window_has_time_in_it_and_before_the_checkpoint()
    {
        Assert.False(Reads(Example with { End = Example.Start }));
        Assert.False(Reads(Example with { End = Example.Start.AddMicroseconds(-1) }));
        Assert.False(Reads(Example with { AsOf = Example.Start }));
        var early = Example with { AsOf = Example.Start.AddMicroseconds(1) };
        Assert.True(Reads(early));
        Assert.Equal(early.AsOf, early.CoveredThrough);
        Assert.Equal(Example.End, Example.CoveredThrough);
    }

    [Theory]
    [InlineData("\"mode\":\"all\"", "\"mode\":\"ALL\"")]
    [InlineData("\"mode\":\"all\"", "\"mode\":\"every\"")]
    [InlineData("\"mode\":\"all\"", "\"mode\":\"\"")]
    [InlineData("checkpoint/1", "checkpoint/2")]
    [InlineData("checkpoint/1", "record/1")]
    [InlineData("\"recordedBy\":\"Acme Inference\"", "\"recordedBy\":\"\"")]
    [InlineData("\"recordedBy\":\"Acme Inference\",", "")]
    [InlineData("\"count\":\"5\"", "\"count\":\"05\"")]
    [InlineData("\"count\":\"5\"", "\"count\":5")]
    public void Another_form_is_refused(string part, string instead)
    {
        var text = Encoding.UTF8.GetString(Example.ToUtf8());
        Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.False(CheckpointStatement.TryParse(Encoding.UTF8.GetBytes(text.Replace(part, instead, StringComparison.Ordinal)), out _));
    }

    [Fact]
    public void One_kind_of_statement_is_never_the_other()
    {
        Assert.False(CheckpointStatement.TryParse(RecordStatementTests.Example.ToUtf8(), out _));
        Assert.False(RecordStatement.TryParse(Example.ToUtf8(), out _));
    }
}
