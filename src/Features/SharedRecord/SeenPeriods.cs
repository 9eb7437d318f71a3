using PacSpace.Evidence;
using PacSpace.Features.Checkpoints;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.SharedRecord;

/// <summary>The periods that customers may see of a record.</summary>
internal static class SeenPeriods
{
    /// <summary>Null for what is not this customer's, not complete, or of selected records.</summary>
    public static StoredCheckpoint? OrNull(CustomerRow customer, StoredCheckpoint? found) =>
        found is { IsCompleted: true, Mode: CheckpointMode.All }
        && (found.Customer.Ledger.LedgerNo, found.Customer.CustomerNo) == (customer.Ledger.LedgerNo, customer.CustomerNo) ? found : null;

    /// <summary>The newest completed one over all records of exactly that month.</summary>
    public static Question<StoredCheckpoint?> Newest(CustomerRow customer, Period month) => CheckpointLookup.NewestCompleted(
        customer.Ledger.LedgerNo, customer.CustomerNo, CheckpointIdentity.Of(month.Window, CheckpointMode.All, []));
}
