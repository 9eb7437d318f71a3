using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features.Pipeline;

/// <summary>Rows are found through the caller's tenant and environment: there is no later check to forget.</summary>
internal static class ThroughTheCaller
{
    /// <param name="vendorAccountId">Null for all; whether the caller may name it is asked of <c>VendorAccounts</c> before.</param>
    public static IQueryable<Ledger> LedgersOf(this PacSpaceDb db, Caller caller, string? vendorAccountId = null) => db.Ledgers.Where(ledger =>
        ledger.TenantId == caller.TenantId && ledger.Environment == caller.Environment
        && (vendorAccountId == null || ledger.VendorAccountId == vendorAccountId));

    /// <inheritdoc cref="LedgersOf"/>
    public static IQueryable<Customer> CustomersOf(this PacSpaceDb db, Caller caller, string? vendorAccountId = null) => db.Customers.Where(customer =>
        customer.Ledger.TenantId == caller.TenantId && customer.Ledger.Environment == caller.Environment
        && (vendorAccountId == null || customer.Ledger.VendorAccountId == vendorAccountId));

    /// <inheritdoc cref="LedgersOf"/>
    public static IQueryable<Checkpoint> CheckpointsOf(this PacSpaceDb db, Caller caller, string? vendorAccountId = null) => db.Checkpoints.Where(checkpoint =>
        checkpoint.Customer.Ledger.TenantId == caller.TenantId && checkpoint.Customer.Ledger.Environment == caller.Environment
        && (vendorAccountId == null || checkpoint.Customer.Ledger.VendorAccountId == vendorAccountId));

    /// <inheritdoc cref="LedgersOf"/>
    public static IQueryable<CheckpointRun> CheckpointRunsOf(this PacSpaceDb db, Caller caller, string? vendorAccountId = null) => db.CheckpointRuns.Where(run =>
        run.Ledger.TenantId == caller.TenantId && run.Ledger.Environment == caller.Environment
        && (vendorAccountId == null || run.Ledger.VendorAccountId == vendorAccountId));
}
