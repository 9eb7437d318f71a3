using System.Diagnostics;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Verification;

/// <summary>Seals each environment on the one node that holds its lock: at once when this node's writer has committed, else
/// twenty times a second; under load ten times a second, so that a tree head covers what came in meanwhile. Nodes that
/// do not hold the lock try for it once a second.</summary>
/// <remarks>The waits are real time, whatever clock the records are stamped by.</remarks>
internal sealed class SealBlocksSchedule(IServiceScopeFactory scopes, Sealers sealers, SealNotifier notifier, ILogger<SealBlocksSchedule> logger)
    : BackgroundService
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BetweenHeads = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Sealers.Environments.Select(environment => Task.Run(() => SealAsync(environment, stoppingToken), stoppingToken)));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // The locks go with the loops, so that another node takes over at once and not when the pool notices.
        foreach (var environment in Sealers.Environments) await sealers.For(environment).DisposeAsync();
    }

    private async Task SealAsync(string environment, CancellationToken stop)
    {
        string? refusal = null;
        while (!stop.IsCancellationRequested)
        {
            var since = Stopwatch.GetTimestamp();
            try
            {
                var step = await StepAsync(environment, stop);
                if (step.RefusedBecause != refusal) Report(environment, refusal = step.RefusedBecause);
                if (step.HasMore) continue;
                if (!step.MaySeal) await Task.Delay(TryAgainAfter, stop);
                else if (step.RecordCount + step.CheckpointCount == 0) await notifier.WaitAsync(environment, LookAgainAfter, stop);
                else if (BetweenHeads - Stopwatch.GetElapsedTime(since) is { Ticks: > 0 } rest) await Task.Delay(rest, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The database or the mark is away, another hand moved them, or a bug. The sealer has given up its lock and
                // begins from mark and database again, here or on another node.
                logger.LogError(failure, "Sealing of {Environment} failed and will be tried again", environment);
                await Task.Delay(TryAgainAfter, stop).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    private async Task<BlocksSealed> StepAsync(string environment, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var outcome = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SealBlocks(environment), ct);
        return outcome.Accepted(out var step, out var refusal) ? step : throw new InvalidOperationException(refusal.Message);
    }

    private void Report(string environment, string? refusal)
    {
        if (refusal is null) logger.LogWarning("The log of {Environment} may be written again", environment);
        else logger.LogCritical("Nothing is signed for {Environment}, and writes are refused: {Reason}", environment, refusal);
    }
}
