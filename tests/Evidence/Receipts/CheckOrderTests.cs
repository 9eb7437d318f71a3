namespace PacSpace.Evidence.Tests.Receipts;

/// <summary>Of several things that are wrong, the earliest check answers, and within it the first record.</summary>
public sealed class CheckOrderTests
{
    private static EvidenceRefusal Refusal(TestLedger ledger, params int[] sample)
    {
        var file = sample.Length == 0 ? ledger.Complete() : ledger.Sample(sample);
        return new ReceiptVerifier(new(TestLedger.Key)).Verify(new MemoryByteSource(file)).Refusal!;
    }

    private static TestLedger Wrong(Func<RecordStatement, RecordStatement> change) => new(9, change);

    private static RecordStatement Later(RecordStatement statement) => statement with { AcceptedAt = TestLedger.April.Window.End };

    /// <summary>The seqs that are wrong, and the record that is named.</summary>
    [Fact]
    public void The_first_record_that_fails_is_named()
    {
        Assert.Equal((EvidenceCode.Customer, 3L), Named(Wrong(s => s.Seq is 4 or 6 ? s with { CustomerId = "other" } : s)));
        Assert.Equal((EvidenceCode.Window, 7L), Named(Wrong(s => s.Seq >= 8 ? Later(s) : s)));
        Assert.Equal((EvidenceCode.Order, 5L), Named(Wrong(s => s.Seq == 5 ? s with { AcceptedAt = s.AcceptedAt.AddMicroseconds(10) } : s)));
        Assert.Equal((EvidenceCode.Chain, 4L), Named(Wrong(s => s.Seq >= 5 ? s with { Prev = Hash.Zero } : s)));
        Assert.Equal((EvidenceCode.Balance, 1L), Named(Wrong(s => s.Seq >= 2 ? s with { BalanceAfter = Amount.Zero } : s)));
    }

    private static (EvidenceCode, long?) Named(TestLedger ledger) => Refusal(ledger) is var refusal ? (refusal.Code, refusal.Record) : default;

    [Fact]
    public void An_earlier_check_of_a_later_record_answers_first()
    {
        Assert.Equal((EvidenceCode.Customer, 8L), Named(Wrong(s => s.Seq == 9 ? s with { CustomerId = "other" } : s.Seq == 2 ? s with { Prev = Hash.Zero } : s)));
        Assert.Equal((EvidenceCode.Statement, 8L), Named(Wrong(s => s.Seq == 9 ? s with { Delta = Amount.Zero } : s.Seq == 2 ? Later(s) : s)));
        Assert.Equal((EvidenceCode.Chain, 8L), Named(Wrong(s => s.Seq == 9 ? s with { Prev = Hash.Zero } : s.Seq == 2 ? s with { BalanceAfter = Amount.Zero } : s)));
    }

    [Fact]
    public void The_checkpoint_comes_before_its_records()
    {
        var ledger = Wrong(s => s.Seq == 1 ? s with { Delta = Amount.Zero } : s);
        ledger.Checkpoint = ledger.Checkpoint with { LastSeq = 8 };
        Assert.Equal((EvidenceCode.Statement, null), Named(ledger));
    }

    [Fact]
    public void A_sample_is_judged_by_what_it_shows()
    {
        var ledger = Wrong(s => s.Seq == 5 ? s with { Prev = Hash.Sha256("x"u8) } : s);
        Assert.Equal((EvidenceCode.Chain, 4L), Named(ledger));
        Assert.Equal((EvidenceCode.Chain, 1L), Refusal(ledger, 3, 4) is var refusal ? (refusal.Code, refusal.Record) : default);
        Assert.Null(Verifying.CodeOf(ledger.Sample(0, 4, 8)));
    }

    [Fact]
    public void Units_that_differ_have_no_label()
    {
        var mixed = Wrong(s => s with { Unit = s.Seq == 3 ? "credits" : "tokens" });
        Assert.Equal((EvidenceCode.Unit, null), Named(mixed));
        mixed.Checkpoint = mixed.Checkpoint with { Unit = null };
        Assert.Null(Verifying.CodeOf(mixed.Complete()));
        Assert.Null(Verifying.CodeOf(mixed.Sample(1, 2)));
    }

    /// <summary>Numbers that the records get, all accepted at one instant, in a checkpoint of a chosen subset.</summary>
    private static TestLedger Selected(params long[] seqs)
    {
        var ledger = new TestLedger(seqs.Length, s => s with
        {
            Seq = seqs[s.Seq - 1],
            BalanceAfter = seqs[s.Seq - 1] == 1 ? s.Delta : s.BalanceAfter,
            Prev = seqs[s.Seq - 1] == 1 ? Hash.Zero : s.Prev,
            AcceptedAt = TestLedger.April.Window.Start,
            Unit = "tokens",
        });
        ledger.Checkpoint = ledger.Checkpoint with { Mode = CheckpointMode.Selected, FirstSeq = seqs[0], LastSeq = seqs[^1], Unit = "tokens" };
        return ledger;
    }

    [Fact]
    public void A_subset_goes_forward_by_seq_and_by_index()
    {
        Assert.Null(Verifying.CodeOf(Selected(1, 3, 5).Complete()));
        Assert.Equal((EvidenceCode.Order, 2L), Named(Selected(1, 3, 3)));
        Assert.Equal((EvidenceCode.Order, 2L), Named(Selected(1, 5, 3)));
        // By seq this sample goes forward; by index it does not.
        Assert.Equal((EvidenceCode.Order, 2L), Refusal(Selected(1, 5, 3), 0, 2, 1) is var refusal ? (refusal.Code, refusal.Record) : default);
    }

    [Fact]
    public void Each_end_is_held_by_the_record_that_stands_there()
    {
        var ledger = new TestLedger(9);
        var one = Amount.FromDecimal(1);
        ledger.Checkpoint = ledger.Checkpoint with { Opening = one, Closing = ledger.Checkpoint.Closing + one };
        Assert.Equal((EvidenceCode.Ends, 0L), Refusal(ledger, 0) is var first ? (first.Code, first.Record) : default);
        Assert.Equal((EvidenceCode.Ends, 0L), Refusal(ledger, 8) is var last ? (last.Code, last.Record) : default);
        Assert.Equal((EvidenceCode.Ends, 0L), Named(ledger));
        Assert.Null(Verifying.CodeOf(ledger.Sample(3, 5)));

        var subset = Selected(2, 4, 6);
        subset.Checkpoint = subset.Checkpoint with { FirstSeq = 1 };
        Assert.Equal((EvidenceCode.Ends, 0L), Named(subset));
        subset.Checkpoint = subset.Checkpoint with { FirstSeq = 2, LastSeq = 7 };
        Assert.Equal((EvidenceCode.Ends, 2L), Named(subset));
        Assert.Null(Verifying.CodeOf(Selected(2, 4, 6).Complete()));
    }

    [Fact]
    public void A_net_of_any_size_is_summed_exactly()
    {
        // Deltas near the largest amount, of both signs: a sum in floating or rounded decimals would not come back to the digit.
        var (most, balance) = (Amount.FromDecimal(999_999_999_999_999_998.999999999m), Amount.Zero);
        var ledger = new TestLedger(8, s =>
        {
            var delta = s.Seq % 2 == 1 ? most : Amount.FromDecimal(-999_999_999_999_999_998.999999998m);
            balance += delta;
            return s with { Delta = delta, BalanceAfter = balance };
        });
        var net = Amount.FromDecimal(0.000000004m);
        ledger.Checkpoint = ledger.Checkpoint with { Net = net, Closing = net };
        Assert.Null(Verifying.CodeOf(ledger.Complete()));
    }

    [Fact]
    public void Sums_beyond_any_amount_are_a_refusal_and_not_a_fault()
    {
        var most = Amount.FromDecimal(999_999_999_999_999_999.999999999m);
        var ledger = new TestLedger(60, s => s with { Delta = most, BalanceAfter = most });
        ledger.Checkpoint = ledger.Checkpoint with { Net = most, Closing = most, Opening = most };
        Assert.Equal(EvidenceCode.Balance, Refusal(ledger).Code);
    }
}
