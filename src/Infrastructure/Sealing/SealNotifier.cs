using System.Collections.Concurrent;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>Tells this node's sealer that there is something to seal. Nothing depends on it: a sealer that was not told,
/// or whose nudge came from another node, looks by itself some twenty times a second.</summary>
/// <remarks>Any number of nudges between two looks are one. <see cref="Nudge"/> is called by the writer after each
/// commit, so it takes no lock while a nudge is already pending.</remarks>
public sealed class SealNotifier
{
    private readonly ConcurrentDictionary<string, Bell> _bells = new(StringComparer.Ordinal);

    public void Nudge(string environment) => For(environment).Ring();

    /// <summary>Waits for a nudge, or until the time is up; it does not matter which.</summary>
    public Task WaitAsync(string environment, TimeSpan atMost, CancellationToken ct) => For(environment).WaitAsync(atMost, ct);

    private Bell For(string environment) => _bells.GetOrAdd(environment, static _ => new Bell());

#pragma warning disable CA1001 // Bells live as long as the process, and a semaphore without a wait handle holds nothing.
    private sealed class Bell
#pragma warning restore CA1001
    {
        private TaskCompletionSource _rung = New();

        public void Ring()
        {
            var rung = Volatile.Read(ref _rung);
            if (!rung.Task.IsCompleted) rung.TrySetResult();
        }

        public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
        {
            var rung = Volatile.Read(ref _rung).Task;
            await Task.WhenAny(rung, Task.Delay(atMost, ct));
            ct.ThrowIfCancellationRequested();

            // Hung up anew before the look that follows, so that a nudge during the look is not lost.
            if (rung.IsCompleted) Volatile.Write(ref _rung, New());
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
