using Npgsql;
using NpgsqlTypes;
using PacSpace.Infrastructure.Ingest;

namespace PacSpace.Infrastructure.Records;

/// <summary>A customer of one ledger.</summary>
/// <param name="Unit">The label that new records get.</param>
/// <param name="VendorName">Who records, as buyers see it: the vendor account's display name, or a direct tenant's name.</param>
public sealed record CustomerRow(
    LedgerRef Ledger, int CustomerNo, string CustomerId, string? Unit, string? DisplayName, DateTimeOffset CreatedAt, string VendorName)
{
    /// <summary>The stable name that does not show the id.</summary>
    public string Reference { get; } = CustomerReferences.Reference(Ledger.ReferenceKey, CustomerId);
}

/// <summary>Finds customers through their tenant and environment.</summary>
public sealed class CustomerLookup(NpgsqlDataSource database)
{
    /// <summary>Columns in the order of <see cref="Read"/>, under the aliases c, l, t, v of <see cref="From"/>.</summary>
    public const string Columns =
        "l.ledger_no, l.ledger_id, l.tenant_id, l.environment, l.vendor_account_id, coalesce(v.reference_key, t.reference_key), " +
        "c.customer_no, c.customer_id, c.unit, c.display_name, c.created_at, coalesce(v.display_name, t.name)";

    internal const int ColumnCount = 12;

    internal const string From =
        "customers c JOIN ledgers l ON l.ledger_no = c.ledger_no JOIN tenants t ON t.tenant_id = l.tenant_id " +
        "LEFT JOIN vendor_accounts v ON v.vendor_account_id = l.vendor_account_id";

    /// <summary>The customers of that id: at most one for a direct tenant or when the vendor account is given, otherwise there is one
    /// for each vendor account that has it, of which two are found.</summary>
    public async Task<IReadOnlyList<CustomerRow>> FindAsync(
        string tenantId, string environment, string? vendorAccountId, string customerId, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "SELECT " + Columns + " FROM " + From + " WHERE l.tenant_id = $1 AND l.environment = $2 " +
            "AND ($3::text IS NULL OR l.vendor_account_id = $3) AND c.customer_id = $4 ORDER BY l.ledger_no LIMIT 2");
        command.Parameters.Add(new() { Value = tenantId });
        command.Parameters.Add(new() { Value = environment });
        command.Parameters.Add(new() { Value = (object?)vendorAccountId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = customerId });
        await using var row = await command.ExecuteReaderAsync(ct);
        var found = new List<CustomerRow>();
        while (await row.ReadAsync(ct)) found.Add(Read(row));
        return found;
    }

    /// <summary>A customer by its place, for work that already knows whose it is.</summary>
    public async Task<CustomerRow?> FindAsync(int ledgerNo, int customerNo, CancellationToken ct)
    {
        await using var command = database.CreateCommand("SELECT " + Columns + " FROM " + From + " WHERE c.ledger_no = $1 AND c.customer_no = $2");
        command.Parameters.Add(new() { Value = ledgerNo });
        command.Parameters.Add(new() { Value = customerNo });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? Read(row) : null;
    }

    public static CustomerRow Read(NpgsqlDataReader row, int at = 0) => new(
        new LedgerRef(
            row.GetInt32(at), row.GetString(at + 1), row.GetString(at + 2), row.GetString(at + 3),
            row.IsDBNull(at + 4) ? null : row.GetString(at + 4), row.GetFieldValue<byte[]>(at + 5)),
        row.GetInt32(at + 6), row.GetString(at + 7), row.IsDBNull(at + 8) ? null : row.GetString(at + 8),
        row.IsDBNull(at + 9) ? null : row.GetString(at + 9), row.GetFieldValue<DateTimeOffset>(at + 10), row.GetString(at + 11));
}
