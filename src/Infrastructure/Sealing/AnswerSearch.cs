using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>Looks through the idempotency answers of a ledger's tenant for a hash that was acknowledged. They are kept apart
/// from the rows, so they confirm one.</summary>
/// <remarks>Nothing leads from a record to its key, so this reads all answers of the tenant: a last resort, on a connection of
/// its own, while the sealer goes on with other ledgers. Owned by the sealer's loop; only the searches run beside it.</remarks>
internal sealed class AnswerSearch(NpgsqlDataSource database, TimeProvider clock)
{
    private const int TimeoutSeconds = 600;
    private static readonly TimeSpan WorthWaiting = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    // An answer may hold a hash as its 32 bytes or as hex digits, in the middle of whatever the route keeps.
    private const string Find =
        "SELECT h FROM unnest($2::bytea[]) h WHERE EXISTS (SELECT 1 FROM ledgers l JOIN idempotency_keys k USING (tenant_id, environment) " +
        "WHERE l.ledger_no = $1 AND (position(h IN k.answer) > 0 OR position(convert_to(encode(h, 'hex'), 'UTF8') IN k.answer) > 0))";

    private readonly Dictionary<(int LedgerNo, long Index), (DateTimeOffset Since, Task<HashSet<Hash>> Search)> _searches = [];

    /// <summary>Those of the candidates that an answer holds; null while the search goes on.</summary>
    public async Task<IReadOnlySet<Hash>?> FindAsync(int ledgerNo, long index, Hash[] candidates, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var key = (ledgerNo, index);
        if (!_searches.TryGetValue(key, out var entry) || (entry.Search.IsCompleted && now - entry.Since > KeptFor))
        {
            entry = (now, Task.Run(() => SearchAsync(ledgerNo, candidates, ct), ct));
            _searches[key] = entry;
        }

        await Task.WhenAny(entry.Search, Task.Delay(WorthWaiting, ct));
        if (!entry.Search.IsCompleted) return null;
        if (!entry.Search.IsCompletedSuccessfully) _searches.Remove(key);
        return await entry.Search;
    }

    private async Task<HashSet<Hash>> SearchAsync(int ledgerNo, Hash[] candidates, CancellationToken ct)
    {
        await using var command = database.CreateCommand(Find);
        command.CommandTimeout = TimeoutSeconds;
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = ledgerNo });
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = Array.ConvertAll(candidates, h => h.ToArray()), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea,
        });
        var found = new HashSet<Hash>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) found.Add(Hash.FromBytes(row.GetFieldValue<byte[]>(0)));
        return found;
    }
}
