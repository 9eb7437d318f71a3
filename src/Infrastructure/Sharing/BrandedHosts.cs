using Npgsql;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Infrastructure.Sharing;

/// <summary>A branded host that serves, and for whom.</summary>
/// <param name="VendorAccountId">Under middleware whose host it is; null for a vendor that records for itself.</param>
/// <param name="VendorName">As customers know the vendor; never the middleware's.</param>
public sealed record ServingHost(string TenantId, string? VendorAccountId, string VendorName, bool SuppressesPoweredBy);

/// <summary>Finds branded hosts by the name that a request asked for.</summary>
public sealed class BrandedHosts(NpgsqlDataSource database)
{
    // A host without vendor account under a middleware would speak for the parent: it serves nothing.
    private const string Find =
        "SELECT d.tenant_id, d.vendor_account_id, coalesce(v.display_name, t.name), d.suppress_powered_by FROM tenant_domains d JOIN tenants t USING (tenant_id) " +
        "LEFT JOIN vendor_accounts v USING (vendor_account_id) " +
        "WHERE d.hostname = $1 AND d.stage = 'ROUTE_BOUND' AND (t.buyer_mode = 'BILLING_MIDDLEWARE') = (d.vendor_account_id IS NOT NULL)";

    /// <summary>Null for a name that is nobody's, and for one that does not serve (yet).</summary>
    /// <param name="hostname">Lower case, without a port.</param>
    public async Task<ServingHost?> FindAsync(string hostname, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = Sql.Command(connection, Find, hostname);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new ServingHost(row.GetString(0), Sql.TextOrNull(row, 1), row.GetString(2), row.GetBoolean(3)) : null;
    }
}
