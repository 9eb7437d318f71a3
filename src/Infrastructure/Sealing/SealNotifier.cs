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
}
