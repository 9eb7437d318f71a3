using System.Collections.Concurrent;
using Npgsql;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>Waits until records or checkpoints are under a signed tree head, whichever node sealed them.</summary>
/// <remarks>
/// The node that seals publishes here after its commit, so a waiter of the same node wakes at once. For what other nodes
/// seal, the database is asked every <see cref="PollInterval"/>, with one small query for all waiters, and only while there
/// are any. Published means committed: nothing is ever published that a crash could take back.
/// </remarks>
public sealed class SealWatch(NpgsqlDataSource database)
{
    internal static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<Waiter, byte> _waiters = new();
    private int _isPolling;

    /// <summary>True when every record of the ledger below <paramref name="ledgerIndexExclusive"/> is sealed; false when
    /// <paramref name="atMost"/> passed first.</summary>
    public Task<bool> WaitAsync(int ledgerNo, long ledgerIndexExclusive, TimeSpan atMost, CancellationToken ct) =>
        WaitAsync(new Waiter(ledgerNo, ledgerIndexExclusive, null), atMost, ct);

    /// <summary>True when the checkpoint's root is under a signed tree head; false when <paramref name="atMost"/> passed
    /// first.</summary>
    public Task<bool> WaitForCheckpointAsync(string checkpointId, TimeSpan atMost, CancellationToken ct) =>
        WaitAsync(new Waiter(0, 0, checkpointId), atMost, ct);

    /// <summary>Called by the sealer after its commit.</summary>
    internal void Publish(IReadOnlyDictionary<int, long> sealedIndexes, IReadOnlySet<string> checkpointIds)
    {
        foreach (var waiter in _waiters.Keys)
        {
            if (waiter.CheckpointId is { } checkpointId ? checkpointIds.Contains(checkpointId)
                : sealedIndexes.TryGetValue(waiter.LedgerNo, out var sealedIndex) && sealedIndex >= waiter.LedgerIndexExclusive)
                waiter.TrySetResult();
        }
    }

    private async Task<bool> WaitAsync(Waiter waiter, TimeSpan atMost, CancellationToken ct)
    {
        // Registered before the first look: what is sealed in between is published to this waiter.
        _waiters.TryAdd(waiter, 0);
        try
        {
            if (await IsSealedAsync(waiter, ct)) return true;
            if (Interlocked.CompareExchange(ref _isPolling, 1, 0) == 0) _ = PollAsync();
            await waiter.Task.WaitAsync(atMost, ct);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            _waiters.TryRemove(waiter, out _);
        }
    }

    private async Task<bool> IsSealedAsync(Waiter waiter, CancellationToken ct)
    {
        await using var command = database.CreateCommand(waiter.CheckpointId is null
            ? "SELECT sealed_index >= $2 FROM ledger_seals WHERE ledger_no = $1"
            : "SELECT verified_at IS NOT NULL FROM checkpoints WHERE checkpoint_id = $1");
        if (waiter.CheckpointId is { } checkpointId)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = checkpointId });
        }
        else
        {
            if (waiter.LedgerIndexExclusive <= 0) return true;
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = waiter.LedgerNo });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = waiter.LedgerIndexExclusive });
        }

        return await command.ExecuteScalarAsync(ct) is true;
    }

    private async Task PollAsync()
    {
        try
        {
            do
            {
                await Task.Delay(PollInterval);
                await LookAsync();
            }
            while (!_waiters.IsEmpty);
        }
        catch (NpgsqlException)
        {
            // The database is away. Waiters run into their time limit; the next waiter starts the looks again.
        }
        finally
        {
            Volatile.Write(ref _isPolling, 0);
        }
    }

    private async Task LookAsync()
    {
        var ledgers = _waiters.Keys.Where(w => w.CheckpointId is null).Select(w => w.LedgerNo).Distinct().ToArray();
        var checkpoints = _waiters.Keys.Select(w => w.CheckpointId).OfType<string>().Distinct().ToArray();
        var sealedIndexes = new Dictionary<int, long>();
        var verified = new HashSet<string>();
        await using var command = database.CreateCommand(
            "SELECT ledger_no, sealed_index, NULL FROM ledger_seals WHERE ledger_no = ANY($1) " +
            "UNION ALL SELECT 0, 0, checkpoint_id FROM checkpoints WHERE checkpoint_id = ANY($2) AND verified_at IS NOT NULL");
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = ledgers });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = checkpoints });
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            if (row.IsDBNull(2)) sealedIndexes[row.GetInt32(0)] = row.GetInt64(1);
            else verified.Add(row.GetString(2));
        }

        Publish(sealedIndexes, verified);
    }

    private sealed class Waiter(int ledgerNo, long ledgerIndexExclusive, string? checkpointId)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int LedgerNo { get; } = ledgerNo;

        public long LedgerIndexExclusive { get; } = ledgerIndexExclusive;

        public string? CheckpointId { get; } = checkpointId;
    }
}
