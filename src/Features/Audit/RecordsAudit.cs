using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Audit;

/// <summary>Goes over one ledger's records from the first to the last, with everything that stands beside them in the same order.</summary>
internal sealed class RecordsAudit(AuditSnapshot snapshot, AuditNotes notes, RecordIds ids, FrontierMac mac, AuditedLedger ledger)
{
    public async Task RunAsync(CancellationToken ct)
    {
        if (ledger.StoppedReason is { } reason) notes.Find(AuditCodes.LedgerStopped, ledger.Where(), $"{reason}");
        var customers = await LoadCustomersAsync(ct);
        var failures = await LoadFailuresAsync(ct);
        var chain = new ChainCheck(notes, ledger, failures);
        await using var blocks = new BlockCheck(snapshot, notes, ledger, ct);
        await using var submissions = new SubmissionCheck(snapshot, notes, ledger, ct);
        await using var months = new MonthCheck(snapshot, notes, ledger, mac, ct);
        await using var days = new DayCheck(snapshot, notes, ledger, ct);

        var (next, count, unsealed) = (0L, 0L, 0L);
        await foreach (var row in snapshot.StreamAsync(
            $"SELECT {AuditedRow.Columns} FROM records r WHERE r.ledger_no = $1 ORDER BY r.ledger_index",
            row => AuditedRow.Read(row, ledger.LedgerId, customers, ids), ct, ledger.LedgerNo))
        {
            if (row.Index > next) notes.Find(AuditCodes.RecordMissing, ledger.Where(next, row.Index), $"there is no row");
            if (row.Index > next || !row.IsSound) days.Doubt(chain.Latest);
            next = row.Index + 1;
            count++;
            if (row.Index >= ledger.SealedIndex) unsealed++;

            var isContinued = chain.Check(row);
            if (!isContinued && row.Customer is { } customer) months.Doubt(customer.CustomerNo, chain.Latest);
            var verifiedAt = await blocks.AddAsync(row);
            if (verifiedAt is { } at && row.IsSound)
            {
                await months.AddAsync(row, at);
                await days.AddAsync(row);
            }

            await submissions.AddAsync(row);
            notes.Progress($"ledger {ledger.LedgerNo}", next, ledger.NextIndex);
        }

        if (next < ledger.NextIndex) days.Doubt(chain.Latest);
        CheckHead(next, chain.Latest, customers);
        foreach (var index in failures.Keys)
            notes.Find(AuditCodes.FailureStale, ledger.Where(index), $"the record is said to have failed, and is sound or not there");
        await blocks.FinishAsync();
        await submissions.FinishAsync();
        await months.FinishAsync();
        await days.FinishAsync();
        await CheckAdjustsAsync(ct);
        notes.Counts = notes.Counts with
        {
            Ledgers = notes.Counts.Ledgers + 1,
            Customers = notes.Counts.Customers + customers.Count,
            Records = notes.Counts.Records + count,
            UnsealedRecords = notes.Counts.UnsealedRecords + unsealed,
        };
    }

    private async Task<Dictionary<int, CustomerChain>> LoadCustomersAsync(CancellationToken ct)
    {
        var customers = new Dictionary<int, CustomerChain>();
        await foreach (var customer in snapshot.StreamAsync(
            "SELECT customer_no, customer_id FROM customers WHERE ledger_no = $1",
            row => new CustomerChain(row.GetInt32(0), row.GetString(1)), ct, ledger.LedgerNo))
        {
            customers.Add(customer.CustomerNo, customer);
        }

        return customers;
    }

    private async Task<Dictionary<long, Hash>> LoadFailuresAsync(CancellationToken ct)
    {
        var failures = await snapshot.ListAsync(
            "SELECT ledger_index, confirmed_leaf FROM record_failures WHERE ledger_no = $1 AND healed_at IS NULL",
            row => (Index: row.GetInt64(0), Leaf: RecordReader.ReadHash(row, 1)), ct, ledger.LedgerNo);
        return failures.ToDictionary(f => f.Index, f => f.Leaf);
    }

    private void CheckHead(long next, Timestamp latest, Dictionary<int, CustomerChain> customers)
    {
        if (next < ledger.NextIndex)
            notes.Find(AuditCodes.RecordMissing, ledger.Where(next, ledger.NextIndex), $"there is no row");
        if (next > ledger.NextIndex)
            notes.Find(AuditCodes.LedgerHead, ledger.Where(), $"the next index is said to be {ledger.NextIndex} and there are records up to {next - 1}");
        if (latest > ledger.AcceptedFloor)
            notes.Find(AuditCodes.LedgerHead, ledger.Where(), $"the floor of acceptance {ledger.AcceptedFloor} is earlier than the last record's {latest}");
        var last = customers.Keys.DefaultIfEmpty(0).Max();
        if (last >= ledger.NextCustomerNo)
            notes.Find(AuditCodes.LedgerHead, ledger.Where(), $"the next customer is said to be {ledger.NextCustomerNo} and there is a customer {last}");
    }

    private async Task CheckAdjustsAsync(CancellationToken ct)
    {
        await foreach (var index in snapshot.StreamAsync(
            "SELECT r.ledger_index FROM records r LEFT JOIN records a ON a.ledger_no = r.ledger_no AND a.ledger_index = r.adjusts_index " +
            "WHERE r.ledger_no = $1 AND r.adjusts_index IS NOT NULL " +
            "AND NOT coalesce(a.customer_no = r.customer_no AND a.ledger_index < r.ledger_index, false) ORDER BY 1",
            row => row.GetInt64(0), ct, ledger.LedgerNo))
        {
            notes.Find(AuditCodes.RecordAdjusts, ledger.Where(index), $"what it adjusts is no earlier record of its customer");
        }
    }
}
