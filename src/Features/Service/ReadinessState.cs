using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PacSpace.Features.Service;

/// <summary>Whether this node has begun and not yet begun to stop; and the checks, asked at most once a second however many ask.</summary>
/// <remarks>On SIGTERM the state turns to draining first. For <c>PacSpace:DrainSeconds</c> the node goes on as before, so that
/// load balancers read 503 here and send no more; then no connection is taken, and what was accepted is answered.</remarks>
internal sealed class ReadinessState(
    IEnumerable<IReadinessCheck> checks, IHostApplicationLifetime lifetime, IConfiguration configuration, TimeProvider clock, ILogger<ReadinessState> logger)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(2);

    private readonly IReadinessCheck[] _checks = [.. checks.OrderBy(check => check.Name, StringComparer.Ordinal)];
    private readonly SemaphoreSlim _asking = new(1, 1);
    private IReadOnlyDictionary<string, bool> _last = new Dictionary<string, bool>();
    private long? _askedAt;

    public bool HasStarted => lifetime.ApplicationStarted.IsCancellationRequested;

    public bool IsDraining => lifetime.ApplicationStopping.IsCancellationRequested;

    public async Task<IReadOnlyDictionary<string, bool>> AskAsync(CancellationToken ct)
    {
        await _asking.WaitAsync(ct);
        try
        {
            if (_askedAt is { } askedAt && clock.GetElapsedTime(askedAt) < BelievedFor) return _last;
            var answers = await Task.WhenAll(_checks.Select(AskAsync));
            _last = _checks.Zip(answers).ToDictionary(pair => pair.First.Name, pair => pair.Second);
            _askedAt = clock.GetTimestamp();
            return _last;
        }
        finally
        {
            _asking.Release();
        }
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        var seconds = configuration.GetValue("PacSpace:DrainSeconds", 0);
        return seconds > 0 ? Task.Delay(TimeSpan.FromSeconds(seconds), clock, cancellationToken) : Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _asking.Dispose();

    private async Task<bool> AskAsync(IReadinessCheck check)
    {
        try
        {
            using var patience = new CancellationTokenSource(LongestCheck);
            return await check.IsOkAsync(patience.Token).WaitAsync(LongestCheck);
        }
        catch (Exception failure)
        {
            logger.LogWarning("Readiness check {Check} fails: {Reason}", check.Name, failure.Message);
            return false;
        }
    }
}
