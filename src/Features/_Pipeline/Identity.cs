using PacSpace.Infrastructure.Ingest;

namespace PacSpace.Features.Pipeline;

/// <summary>The vendor's name as the customer sees it.</summary>
public sealed record VendorTenant(string Name);

/// <summary>Who recorded, as the customer sees it (api-balance 2, Identity).</summary>
/// <param name="Type"><c>tenant</c>, or <c>middleware_vendor_account</c>.</param>
public sealed record RecordedBy(string Type, string Id, string DisplayName);

/// <summary>Makes both. Under middleware it is the vendor account and the parent tenant is never named.</summary>
internal static class Identities
{
    /// <param name="ledger">Whose records.</param>
    /// <param name="vendorName">In force when what is shown was made.</param>
    public static (VendorTenant Tenant, RecordedBy RecordedBy) Of(LedgerRef ledger, string vendorName) => (
        new VendorTenant(vendorName),
        ledger.VendorAccountId is { } account
            ? new RecordedBy("middleware_vendor_account", account, vendorName)
            : new RecordedBy("tenant", ledger.TenantId, vendorName));
}
