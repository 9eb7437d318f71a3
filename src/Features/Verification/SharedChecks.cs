using System.Collections.Concurrent;
using PacSpace.Evidence;

namespace PacSpace.Features.Verification;

/// <summary>One recompute a root at a time, shared by all who ask; its result is kept for a minute (api-balance 5.1).</summary>
/// <remarks>A recompute belongs to nobody's request: whoever stops waiting leaves it going on. A few may run at once, since
/// each reads as many rows as its root covers and anyone may ask.</remarks>
internal sealed class SharedChecks(TimeProvider clock) : IDisposable
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int MaxAtOnce = 4;
    private const int MaxKept = 10_000;

    private readonly ConcurrentDictionary<Hash, Check> _checks = new();
    private readonly SemaphoreSlim _turns = new(MaxAtOnce);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The result, or null when it takes longer than a caller should wait.</summary>
    public async Task<bool?> AskAsync(Hash root, Func<CancellationToken, Task<bool>> recompute, CancellationToken ct)
    {
        if (_checks.Count >= MaxKept) DropOld();
        var check = _checks.AddOrUpdate(root, _ => new Check(this, recompute), (_, known) => known.IsOver(clock) ? new Check(this, recompute) : known);
        try
        {
            return await check.Result.Value.WaitAsync(Patience, ct);
        }
        catch (TimeoutException) when (!check.Result.Value.IsCompleted)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _turns.Dispose();
    }

    private void DropOld()
    {
        foreach (var (root, check) in _checks)
            if (check.IsOver(clock)) _checks.TryRemove(new KeyValuePair<Hash, Check>(root, check));
    }

    private async Task<bool> RunAsync(Check check, Func<CancellationToken, Task<bool>> recompute)
    {
        var ct = _stopping.Token;
        await _turns.WaitAsync(ct);
        try
        {
            return await recompute(ct);
        }
        finally
        {
            _turns.Release();
            check.FinishedAt = clock.GetTimestamp();
        }
    }

    private sealed class Check
    {
        public Check(SharedChecks owner, Func<CancellationToken, Task<bool>> recompute) =>
            Result = new Lazy<Task<bool>>(() => Task.Run(() => owner.RunAsync(this, recompute)));

        public Lazy<Task<bool>> Result { get; }

        public long FinishedAt { get; set; }

        /// <summary>Finished longer ago than it is kept, or ended in a fault, which is no result.</summary>
        public bool IsOver(TimeProvider clock) => Result is { IsValueCreated: true, Value: { IsCompleted: true } task }
            && (!task.IsCompletedSuccessfully || clock.GetElapsedTime(FinishedAt) >= KeptFor);
    }
}
