using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PacSpace.Features.Checkpoints;

/// <summary>Looks for unfinished runs once a second, or at once when one is begun on this node. Each look takes the lease of one
/// run for thirty seconds and works off a hundred customers, so nodes share runs and take over from one that died.</summary>
internal sealed class RunCheckpointsSchedule(IServiceScopeFactory scopes, RunBell bell, ILogger<RunCheckpointsSchedule> logger) : BackgroundService
{
    private const int CustomersAtOnce = 100;
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await StepAsync(stoppingToken)) continue;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The database is away, or a bug: the lease runs out by itself and the run is taken up again.
                logger.LogError(failure, "A step of a checkpoint run failed");
            }

            await bell.WaitAsync(LookAgainAfter, stoppingToken).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task<bool> StepAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var outcome = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new RunCheckpoints(CustomersAtOnce), ct);
        return outcome.Accepted(out var run, out _) && run.HasMore;
    }
}
