using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PacSpace.Features.Automation;

/// <summary>Sleeps until the next window is due, on the service's clock; a minute at the longest, since another node or the
/// operator's command may have changed settings, and at once after a change on this node.</summary>
internal sealed class RunAutomationSchedule(IServiceScopeFactory scopes, AutomationBell bell, TimeProvider clock, ILogger<RunAutomationSchedule> logger)
    : BackgroundService
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var rest = LookAgainAfter;
            try
            {
                var step = await StepAsync(stoppingToken);
                if (step.HasMore) continue;
                if (step.NextDueAt - clock.GetUtcNow() is { } until && until < rest) rest = until > ShortestRest ? until : ShortestRest;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The database is away, writes are refused, or a bug: the lease runs out by itself and the window is taken again.
                logger.LogError(failure, "A step of the checkpoint automation failed");
            }

            await bell.WaitAsync(rest, stoppingToken).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task<AutomationStep> StepAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var outcome = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new RunAutomation(), ct);
        return outcome.Accepted(out var step, out var refusal) ? step : throw new InvalidOperationException(refusal.Message);
    }
}
