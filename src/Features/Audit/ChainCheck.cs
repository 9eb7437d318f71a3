using PacSpace.Evidence;

namespace PacSpace.Features.Audit;

/// <summary>Whether each row gives its hash and continues its customer's records: seq, prev, balance; and the ledger's time.</summary>
/// <param name="failures">Unhealed failures of the ledger: index and the hash that was sealed.</param>
internal sealed class ChainCheck(AuditNotes notes, AuditedLedger ledger, Dictionary<long, Hash> failures)
{
    private Timestamp _latest = Timestamp.MinValue;

    /// <summary>Of the last sound row.</summary>
    public Timestamp Latest => _latest;

    /// <summary>True when the row continues its customer without a gap.</summary>
    public bool Check(AuditedRow row)
    {
        if (!row.IsSound)
        {
            Doubt(row);
            return false;
        }

        var (record, customer) = (row.Record!, row.Customer!);
        if (record.AcceptedAt < _latest) notes.Find(AuditCodes.RecordTime, ledger.Where(row.Index), $"{record.AcceptedAt} comes behind {_latest}");
        else _latest = record.AcceptedAt;

        var isNext = record.Seq == customer.Seq + 1;
        if (!isNext)
        {
            notes.Find(AuditCodes.RecordSeq, ledger.Where(row.Index), $"customer {customer.CustomerNo} has {record.Seq} behind {customer.Seq}");
        }
        else if (record.Prev != customer.Leaf && record.Prev != customer.OtherLeaf)
        {
            notes.Find(AuditCodes.RecordPrev, ledger.Where(row.Index), $"{record.Prev} is stored, customer {customer.CustomerNo} {customer.Seq} has {customer.Leaf}");
        }

        if (record.Delta == Amount.Zero)
            notes.Find(AuditCodes.RecordBalance, ledger.Where(row.Index), $"the delta is zero");
        else if (isNext && customer.IsBalanceKnown && record.BalanceAfter != customer.Balance + record.Delta)
            notes.Find(AuditCodes.RecordBalance, ledger.Where(row.Index), $"{record.BalanceAfter} is stored, {customer.Balance} + {record.Delta} is expected");

        (customer.Seq, customer.Leaf, customer.OtherLeaf) = (record.Seq, row.Leaf, row.Leaf);
        (customer.Balance, customer.IsBalanceKnown) = (record.BalanceAfter, true);
        return isNext;
    }

    private void Doubt(AuditedRow row)
    {
        notes.Doubt(ledger.LedgerNo, row.Index);
        if (row.Customer is null)
        {
            notes.Find(AuditCodes.RecordCustomer, ledger.Where(row.Index), $"customer {row.Record?.CustomerNo} is not one of the ledger");
            return;
        }

        var isKnown = failures.Remove(row.Index, out var confirmed);
        var why = row.Record is null ? "a column holds what no record can hold"
            : row.Recomputed is { } recomputed ? $"the content gives {recomputed}" : "the content fits no statement";
        notes.Find(
            isKnown ? AuditCodes.RecordFailed : AuditCodes.RecordHash, ledger.Where(row.Index),
            $"{row.Stored?.ToHex() ?? "no hash"} is stored, {why}");
        if (isKnown && confirmed != row.Leaf && confirmed != row.Other)
            notes.Find(AuditCodes.FailureStale, ledger.Where(row.Index), $"{confirmed} is said to have been sealed");

        // The row's place among its customer's records is believed when anything in it fits: then the next one is not blamed.
        if (row.Record is { } record && record.Seq != row.Customer.Seq + 1 && record.Prev != row.Customer.Leaf && record.Prev != row.Customer.OtherLeaf)
            return;
        row.Customer.Seq++;
        (row.Customer.Leaf, row.Customer.OtherLeaf, row.Customer.IsBalanceKnown) = (row.Leaf, row.Other, false);
    }
}
