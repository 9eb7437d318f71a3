namespace PacSpace.Evidence.Tests.Receipts;

/// <summary>Pairs of receipts that follow each other, each with one injury; the order of the checks is the order of the lines.</summary>
public sealed class NeighboursTests
{
    private static readonly ReceiptFacts April = Verifying.FactsOf(new TestLedger(4).Complete());

    /// <summary>May, without a record: it begins where April ends.</summary>
    private static readonly ReceiptFacts May = Verifying.FactsOf(new TestLedger(0)
    {
        Checkpoint = April.Checkpoint with
        {
            Start = April.Checkpoint.End,
            End = TestLedger.April.Next().Window.End,
            AsOf = TestLedger.April.Next().Window.End,
            Count = 0,
            FirstSeq = 5,
            LastSeq = 4,
            Opening = April.Checkpoint.Closing,
            Net = Amount.Zero,
            Unit = null,
        },
    }.Complete());

    private static string? CodeOf(ReceiptFacts first, ReceiptFacts second) => Neighbours.Check(first, second)?.CodeText;

    private static ReceiptFacts With(ReceiptFacts facts, Func<CheckpointStatement, CheckpointStatement> change) =>
        facts with { Checkpoint = change(facts.Checkpoint) };

    [Fact]
    public void What_follows_holds() => Assert.Null(CodeOf(April, May));

    [Fact]
    public void Both_are_of_one_customers_every_record()
    {
        Assert.Equal("customer", CodeOf(April, With(May, c => c with { LedgerId = "ldg_other" })));
        Assert.Equal("customer", CodeOf(April, With(May, c => c with { CustomerId = "cust_002" })));
        Assert.Equal("customer", CodeOf(April, With(May, c => c with { Mode = CheckpointMode.Selected })));
        Assert.Equal("customer", CodeOf(With(April, c => c with { Mode = CheckpointMode.Selected }), May));
        Assert.Equal("customer", CodeOf(April, With(May, c => c with { CustomerId = "cust_002", Start = c.End })));
    }

    [Fact]
    public void The_windows_touch()
    {
        Assert.Equal("window", CodeOf(April, With(May, c => c with { Start = c.Start.AddMicroseconds(1) })));
        Assert.Equal("window", CodeOf(April, With(May, c => c with { Start = c.Start.AddMicroseconds(-1), FirstSeq = 9 })));
        // What counts is the covered window: April as of the tenth does not reach May.
        Assert.Equal("window", CodeOf(With(April, c => c with { AsOf = c.End.AddMicroseconds(-1) }), May));
        Assert.Equal("window", CodeOf(May, April));
    }

    [Fact]
    public void Numbers_hashes_and_balances_go_on()
    {
        Assert.Equal("order", CodeOf(April, With(May, c => c with { FirstSeq = 6, Opening = Amount.Zero })));
        Assert.Equal("chain", CodeOf(April, With(May, c => c with { Opening = Amount.Zero }) with { FirstPrev = Hash.Zero }));
        Assert.Null(CodeOf(April, May with { FirstPrev = April.LastLeafHash }));
        Assert.Equal("balance", CodeOf(April, With(May, c => c with { Opening = Amount.Zero })));
    }

    [Fact]
    public void A_spot_check_has_none() =>
        Assert.Throws<ArgumentException>(() => Neighbours.Check(April, May with { IsComplete = false }));
}
