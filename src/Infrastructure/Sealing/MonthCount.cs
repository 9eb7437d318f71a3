using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>Counts one customer's month from its stored rows, in order of seq, trusting none that does not give its hash and
/// continue the one before.</summary>
internal sealed class MonthCount
{
    private readonly string _ledgerId;
    private readonly RecordIds _ids;

    public MonthCount(Window window, SealedCustomer customer, string ledgerId, RecordIds ids, long firstSeq, long? healing)
    {
        (Window, Customer, _ledgerId, _ids, FirstSeq, NextSeq) = (window, customer, ledgerId, ids, firstSeq, firstSeq);
        Healing = healing ?? -1;
        var month = CustomerMonth.Of(window.Start);
        customer.Month = new MonthEdge(month, firstSeq, new TreeFrontier());
        Change = new MonthChange(customer, month);
    }

    public Window Window { get; }

    public SealedCustomer Customer { get; }

    /// <summary>The seq that the month's first record has or would have.</summary>
    public long FirstSeq { get; }

    public long NextSeq { get; private set; }

    /// <summary>Ledger index of the failed record that counts as healed; -1 for none.</summary>
    public long Healing { get; }

    public MonthChange Change { get; }

    public long VerifiedCount { get; private set; }

    /// <summary>False once a row is failed, damaged or missing.</summary>
    public bool IsSound { get; private set; } = true;

    /// <summary>Ledger index of the last row; null while there is none.</summary>
    public long? LastIndex { get; private set; }

    public Hash LastLeaf { get; private set; }

    public void AddVerified(Timestamp verifiedAt)
    {
        if (Window.Contains(verifiedAt)) VerifiedCount++;
    }

    /// <param name="failedLeaf">The confirmed hash of a record that has failed and is not healed.</param>
    public void Add(StoredRecord record, Hash? failedLeaf, Timestamp verifiedAt)
    {
        var isGood = failedLeaf is null && record.Seq == NextSeq && (LastIndex is null || record.Prev == LastLeaf)
            && record.ReproducesLeaf(_ledgerId, Customer.CustomerId, _ids);
        (NextSeq, LastIndex, LastLeaf) = (record.Seq + 1, record.LedgerIndex, failedLeaf ?? record.Leaf);
        if (!isGood)
        {
            IsSound = false;
            return;
        }

        AddVerified(verifiedAt);
        Change.Add(
            new ReadBackRow
            {
                Index = record.LedgerIndex,
                CustomerNo = record.CustomerNo,
                Customer = Customer,
                Seq = record.Seq,
                AcceptedAt = record.AcceptedAt,
                Delta = record.Delta,
                BalanceAfter = record.BalanceAfter,
                Unit = record.Unit,
                DeltaIndex = -1,
            },
            record.Leaf);
    }

    public void AddUnreadable() => IsSound = false;
}
