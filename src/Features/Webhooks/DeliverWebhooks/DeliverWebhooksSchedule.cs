using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

/// <summary>Delivers at once when this node's sealer told of something, else looks four times a second. Every endpoint with something
/// due has a turn of its own beside the others; who had its turn longest ago comes first.</summary>
/// <remarks>The waits are real time, whatever clock the records are stamped by.</remarks>
internal sealed class DeliverWebhooksSchedule(IServiceScopeFactory scopes, WebhookBell bell, ILogger<DeliverWebhooksSchedule> logger) : BackgroundService
{
    /// <summary>Endpoints at a time on this node. A turn waits nearly always for its receiver, so this is a bound and no plan.</summary>
    private const int MaxTurns = 512;

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var free = new SemaphoreSlim(MaxTurns);
        var turns = new HashSet<Task>();
        while (!stoppingToken.IsCancellationRequested)
        {
            await free.WaitAsync(CancellationToken.None);
            var taken = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            turns.Add(TurnAsync(taken, free, stoppingToken));
            turns.RemoveWhere(turn => turn.IsCompleted);
            if (!await taken.Task && !stoppingToken.IsCancellationRequested)
                await bell.WaitAsync(LookAgainAfter, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(turns);
    }

    private async Task TurnAsync(TaskCompletionSource<bool> taken, SemaphoreSlim free, CancellationToken stop)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new DeliverWebhooks(() => taken.TrySetResult(true)), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was sent is written down or is sent again.
        }
        catch (Exception failure)
        {
            // The database is away, or a bug: the lease runs out by itself and the turn is taken again.
            logger.LogError(failure, "A turn of webhook deliveries failed");
            await Task.Delay(TryAgainAfter, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            free.Release();
            if (!taken.TrySetResult(false)) bell.Ring(); // there may be more of the same endpoint
        }
    }
}
