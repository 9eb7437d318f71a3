using System.Collections.Concurrent;

namespace PacSpace.Features.Pipeline;

/// <summary>Keys whose request is running on this node; a second request with one of them is told to come back. Another
/// node that meets the key waits at the unique index instead, and no row is ever stored for a running request.</summary>
internal sealed class RunningKeys
{
    private static readonly Run s_withoutKey = new(null, default);
    private readonly ConcurrentDictionary<(string Tenant, string Environment, short Route, string Key), byte> _running = new();

    /// <summary>Null when the key's request is running. Without a key there is nothing to wait for.</summary>
    public Run? TryBegin(Caller caller, short route, string? key)
    {
        if (key is null) return s_withoutKey;
        var scope = (caller.TenantId, caller.Environment, route, key);
        return _running.TryAdd(scope, 0) ? new Run(this, scope) : null;
    }

    internal sealed class Run(RunningKeys? owner, (string, string, short, string) scope) : IDisposable
    {
        public void Dispose() => owner?._running.TryRemove(scope, out _);
    }
}
