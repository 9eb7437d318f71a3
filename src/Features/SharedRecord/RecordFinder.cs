using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.SharedRecord;

/// <summary>Finds whose record is read, through the caller, and the periods that customers may see of it.</summary>
internal sealed class RecordFinder(VendorAccounts vendorAccounts, CustomerLookup customers, CheckpointLookup checkpoints)
{
    /// <summary>The customer with the vendor's name as the customer sees it.</summary>
    public async Task<Outcome<CustomerRow>> CustomerAsync(Caller caller, string customerId, string? vendorAccountId, CancellationToken ct)
    {
        if (!(await vendorAccounts.CustomerToReadAsync(caller, customerId, vendorAccountId, ct)).Accepted(out var found, out var refusal)) return refusal;
        return await customers.FindAsync(found.Ledger.LedgerNo, found.CustomerNo, ct)
            ?? throw new InvalidOperationException("A customer that was found is not there.");
    }

    /// <summary>Null for what is not this customer's, not complete, or of selected records.</summary>
    public async Task<StoredCheckpoint?> PeriodAsync(CustomerRow customer, string checkpointId, CancellationToken ct) =>
        await checkpoints.FindAsync(checkpointId, ct) is { IsCompleted: true, Mode: CheckpointMode.All } found
        && (found.Customer.Ledger.LedgerNo, found.Customer.CustomerNo) == (customer.Ledger.LedgerNo, customer.CustomerNo) ? found : null;

    /// <summary>The newest completed one over all records of exactly that month.</summary>
    public Task<StoredCheckpoint?> PeriodAsync(CustomerRow customer, Period month, CancellationToken ct) => checkpoints.FindNewestCompletedAsync(
        customer.Ledger.LedgerNo, customer.CustomerNo, CheckpointIdentity.Of(month.Window, CheckpointMode.All, []), ct);
}
