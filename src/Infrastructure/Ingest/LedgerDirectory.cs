using System.Collections.Concurrent;
using System.Security.Cryptography;
using Npgsql;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Ingest;

/// <summary>Finds the ledger of (tenant, environment, vendor account), and makes it at first use.</summary>
/// <remarks>What is found never changes, so it is kept for as long as the process lives. Whether the vendor account is the
/// tenant's and not archived is asked before, at the door.</remarks>
public sealed class LedgerDirectory(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Find =
        "SELECT l.ledger_no, l.ledger_id, coalesce(v.reference_key, t.reference_key) FROM ledgers l JOIN tenants t USING (tenant_id) " +
        "LEFT JOIN vendor_accounts v USING (vendor_account_id) " +
        "WHERE l.tenant_id = $1 AND l.environment = $2 AND l.vendor_account_id IS NOT DISTINCT FROM $3";

    // One statement: the ledger, its head and its seal exist together or not at all. Two nodes that make the same ledger
    // at once meet at the unique key, and both then find it.
    private const string Make =
        "WITH made AS (INSERT INTO ledgers (ledger_id, tenant_id, environment, vendor_account_id, created_at) VALUES ($1, $2, $3, $4, $5) " +
        "ON CONFLICT DO NOTHING RETURNING ledger_no), head AS (INSERT INTO ledger_heads (ledger_no, version) SELECT ledger_no, $6 FROM made) " +
        "INSERT INTO ledger_seals (ledger_no) SELECT ledger_no FROM made";

    private const string FindByNumber =
        "SELECT l.tenant_id, l.environment, l.vendor_account_id FROM ledgers l WHERE l.ledger_no = $1";

    private readonly ConcurrentDictionary<int, LedgerRef> _byNumber = new();
    private readonly ConcurrentDictionary<(string Tenant, string Environment, string? VendorAccount), LedgerRef> _known = new();

    public async ValueTask<LedgerRef> FindOrCreateAsync(string tenantId, string environment, string? vendorAccountId, CancellationToken ct)
    {
        if (await FindAsync(tenantId, environment, vendorAccountId, ct) is { } found) return found;
        await using (var make = database.CreateCommand(Make))
        {
            make.Parameters.Add(new() { Value = RandomId.New("ldg_") });
            make.Parameters.Add(new() { Value = tenantId });
            make.Parameters.Add(new() { Value = environment });
            make.Parameters.Add(new() { Value = (object?)vendorAccountId ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
            make.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
            make.Parameters.Add(new() { Value = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) });
            await make.ExecuteNonQueryAsync(ct);
        }

        return await FindAsync(tenantId, environment, vendorAccountId, ct)
            ?? throw new InvalidOperationException($"Ledger of {tenantId} in {environment} could not be made.");
    }

    /// <summary>Null while nothing was recorded there.</summary>
    public async ValueTask<LedgerRef?> FindAsync(string tenantId, string environment, string? vendorAccountId, CancellationToken ct)
    {
        var scope = (tenantId, environment, vendorAccountId);
        if (_known.TryGetValue(scope, out var known)) return known;
        await using var find = database.CreateCommand(Find);
        find.Parameters.Add(new() { Value = tenantId });
        find.Parameters.Add(new() { Value = environment });
        find.Parameters.Add(new() { Value = (object?)vendorAccountId ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await using var row = await find.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        return _known[scope] = new LedgerRef(row.GetInt32(0), row.GetString(1), tenantId, environment, vendorAccountId, row.GetFieldValue<byte[]>(2));
    }

    /// <summary>The ledger of a number that a row carries.</summary>
    public async ValueTask<LedgerRef> GetAsync(int ledgerNo, CancellationToken ct)
    {
        if (_byNumber.TryGetValue(ledgerNo, out var known)) return known;
        await using var find = database.CreateCommand(FindByNumber);
        find.Parameters.Add(new() { Value = ledgerNo });
        await using var row = await find.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) throw new InvalidOperationException($"No ledger has the number {ledgerNo}.");
        var (tenantId, environment, vendorAccountId) = (row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2));
        await row.DisposeAsync();
        return _byNumber[ledgerNo] = await FindAsync(tenantId, environment, vendorAccountId, ct)
            ?? throw new InvalidOperationException($"Ledger {ledgerNo} is gone.");
    }
}
