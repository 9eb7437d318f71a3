using Npgsql;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Balance;

/// <summary>Finds the committed record that a delta adjusts, of the same customer, by its id or by its <c>referenceId</c>
/// (then the newest).</summary>
internal sealed class AdjustsLookup(NpgsqlDataSource database, RecordIds ids)
{
    private const string ById =
        "SELECT r.ledger_index, r.reference_id FROM records r JOIN customers c USING (ledger_no, customer_no) " +
        "WHERE r.ledger_no = $1 AND r.ledger_index = $2 AND c.customer_id = $3";

    private const string ByReference =
        "SELECT r.ledger_index, r.reference_id FROM customers c JOIN records r ON r.ledger_no = c.ledger_no AND r.customer_no = c.customer_no " +
        "WHERE c.ledger_no = $1 AND c.customer_id = $3 AND hashtextextended(r.reference_id, 0) = hashtextextended($2, 0) " +
        "AND r.reference_id IS NOT NULL AND r.reference_id = $2 ORDER BY r.ledger_index DESC LIMIT 1";

    /// <summary>Null when no committed record is meant.</summary>
    public async Task<AdjustsTarget?> FindAsync(LedgerRef ledger, string customerId, Adjusts adjusts, CancellationToken ct)
    {
        var byId = adjusts.RecordId is not null;
        var ledgerIndex = 0L;
        if (byId && (!ids.TryDecode(adjusts.RecordId, out var ledgerNo, out ledgerIndex) || ledgerNo != ledger.LedgerNo)) return null;

        await using var command = database.CreateCommand(byId ? ById : ByReference);
        command.Parameters.Add(new() { Value = ledger.LedgerNo });
        command.Parameters.Add(byId ? new() { Value = ledgerIndex } : new() { Value = adjusts.ReferenceId! });
        command.Parameters.Add(new() { Value = customerId });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new AdjustsTarget(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetString(1)) : null;
    }
}
