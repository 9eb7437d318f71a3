using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;

namespace PacSpace.Features.Usage;

/// <summary>How many records were accepted. Nothing is counted up: a ledger's next index is the number of records ever accepted in
/// it, moved in the transaction that accepts them, so no count can drift from the records, under load or after a crash.</summary>
internal sealed class RecordCounts(NpgsqlDataSource database)
{
    private const int MaxRemembered = 100_000;

    private const string FindLedgers =
        "SELECT h.ledger_no, h.next_index FROM ledger_heads h JOIN ledgers l USING (ledger_no) WHERE l.tenant_id = $1 AND l.environment = $2";

    private const string FindEdges = "SELECT n, index_at(n, $2) FROM unnest($1::int[]) n";

    /// <summary>The index of the first record at or after an instant; it is the same for ever once there is such a record.</summary>
    private readonly ConcurrentDictionary<(int LedgerNo, Timestamp At), long> _edges = new();

    /// <summary>Records ever accepted of a tenant in an environment.</summary>
    public async Task<long> OfLifeAsync(string tenantId, string environment, CancellationToken ct) =>
        (await FindLedgersAsync(tenantId, environment, ct)).Sum(ledger => ledger.NextIndex);

    /// <summary>Records accepted in a month.</summary>
    public async Task<long> OfMonthAsync(string tenantId, string environment, Period month, CancellationToken ct)
    {
        var ledgers = await FindLedgersAsync(tenantId, environment, ct);
        var (starts, ends) = (await EdgesAsync(ledgers, month.Window.Start, ct), await EdgesAsync(ledgers, month.Window.End, ct));
        return ledgers.Sum(ledger => Math.Max(0, ends[ledger.LedgerNo] - starts[ledger.LedgerNo]));
    }

    private async Task<IReadOnlyList<(int LedgerNo, long NextIndex)>> FindLedgersAsync(string tenantId, string environment, CancellationToken ct)
    {
        await using var command = database.CreateCommand(FindLedgers);
        command.Parameters.Add(new() { Value = tenantId });
        command.Parameters.Add(new() { Value = environment });
        await using var row = await command.ExecuteReaderAsync(ct);
        var ledgers = new List<(int, long)>();
        while (await row.ReadAsync(ct)) ledgers.Add((row.GetInt32(0), row.GetInt64(1)));
        return ledgers;
    }

    private async Task<Dictionary<int, long>> EdgesAsync(IReadOnlyList<(int LedgerNo, long NextIndex)> ledgers, Timestamp at, CancellationToken ct)
    {
        var edges = new Dictionary<int, long>(ledgers.Count);
        foreach (var (ledgerNo, _) in ledgers) if (_edges.TryGetValue((ledgerNo, at), out var known)) edges[ledgerNo] = known;
        var unknown = ledgers.Where(ledger => !edges.ContainsKey(ledger.LedgerNo)).ToDictionary(ledger => ledger.LedgerNo, ledger => ledger.NextIndex);
        if (unknown.Count == 0) return edges;

        await using var command = database.CreateCommand(FindEdges);
        command.Parameters.Add(new() { Value = unknown.Keys.ToArray() });
        command.Parameters.Add(new() { Value = at.ToDateTimeOffset().UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        await using var row = await command.ExecuteReaderAsync(ct);
        if (_edges.Count > MaxRemembered) _edges.Clear();
        while (await row.ReadAsync(ct))
        {
            var (ledgerNo, edge) = (row.GetInt32(0), row.GetInt64(1));

            // Past the last record the edge moves with the next one; what was accepted since the ledgers were read is not counted yet.
            if (edge < unknown[ledgerNo]) _edges[(ledgerNo, at)] = edge;
            edges[ledgerNo] = Math.Min(edge, unknown[ledgerNo]);
        }

        return edges;
    }
}
