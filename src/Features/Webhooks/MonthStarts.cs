using System.Collections.Concurrent;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Webhooks;

/// <summary>Where a customer's month, and its ledger's, began. A month that has a record never begins elsewhere again.</summary>
/// <param name="FirstSeq">The customer's first record of the month.</param>
/// <param name="Opening">The customer's balance before it.</param>
/// <param name="FirstIndex">The ledger's first record of the month.</param>
internal readonly record struct MonthStart(long FirstSeq, decimal Opening, long FirstIndex);

/// <summary>Finds them by search, and keeps what was found.</summary>
internal sealed class MonthStarts(NpgsqlDataSource database)
{
    private const int MaxRemembered = 50_000;

    private const string Find =
        "SELECT k.place, s.first_seq, (SELECT r.balance_after - r.delta FROM records r WHERE r.ledger_no = k.l AND r.customer_no = k.c AND r.seq = s.first_seq), index_at(k.l, k.at) " +
        "FROM unnest($1::int[], $2::int[], $3::timestamptz[]) WITH ORDINALITY k(l, c, at, place) CROSS JOIN LATERAL (SELECT seq_at(k.l, k.c, k.at) AS first_seq) s";

    private readonly ConcurrentDictionary<(int LedgerNo, int CustomerNo, Period Month), MonthStart> _known = new();

    public static (int LedgerNo, int CustomerNo, Period Month) Of(StoredRecord record) => (record.LedgerNo, record.CustomerNo, Period.Of(record.AcceptedAt));

    /// <summary>For each month that one of the records lies in.</summary>
    public async Task<IReadOnlyDictionary<(int LedgerNo, int CustomerNo, Period Month), MonthStart>> ReadAsync(
        IReadOnlyCollection<StoredRecord> records, CancellationToken ct)
    {
        var asked = records.Select(Of).Distinct().ToList();
        var found = new Dictionary<(int, int, Period), MonthStart>(asked.Count);
        foreach (var month in asked) if (_known.TryGetValue(month, out var start)) found[month] = start;
        var unknown = asked.Where(month => !found.ContainsKey(month)).ToList();
        if (unknown.Count == 0) return found;

        if (_known.Count > MaxRemembered) _known.Clear();
        await using var command = database.CreateCommand(Find);
        command.Parameters.Add(new() { Value = unknown.Select(m => m.LedgerNo).ToArray() });
        command.Parameters.Add(new() { Value = unknown.Select(m => m.CustomerNo).ToArray() });
        command.Parameters.Add(new() { Value = unknown.Select(m => m.Month.Window.Start.ToDateTimeOffset().UtcDateTime).ToArray() });
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var month = unknown[(int)row.GetInt64(0) - 1];
            found[month] = _known[month] = new MonthStart(row.GetInt64(1), row.GetDecimal(2), row.GetInt64(3));
        }

        return found;
    }
}
