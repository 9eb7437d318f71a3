using System.Diagnostics;
using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Metering;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

/// <remarks>A turn is bounded in number and in time, whatever the receiver does: a slow or dead endpoint costs its own turns
/// and nobody else's. See <see cref="WebhookQueue"/> for what holds when it dies in between.</remarks>
internal sealed class DeliverWebhooksHandler(WebhookQueue queue, WebhookBodies bodies, WebhookSender sender, WebhookOptions options, TimeProvider clock)
    : IRequestHandler<DeliverWebhooks, Outcome<WebhooksDelivered>>
{
    // An endpoint that fails is asked gently, so that many dead ones together hold few connections.
    private const int AtOnce = 8;
    private const int AtOnceWhileFailing = 2;
    private const int ItemsOfTurn = 256;
    private const int ItemsOfTurnWhileFailing = 32;

    /// <summary>Turns of this process that use the database at a time: however many endpoints there are, recording keeps its connections.</summary>
    private static readonly SemaphoreSlim s_database = new(4);

    /// <summary>After it nothing more is begun; what was begun takes the sender's time-out at most. Both fit into the lease.</summary>
    private static readonly TimeSpan s_beginsWithin = TimeSpan.FromSeconds(3);

    public async Task<Outcome<WebhooksDelivered>> Handle(DeliverWebhooks request, CancellationToken ct)
    {
        if (await queue.TakeAsync(clock.GetUtcNow(), ct) is not { } turn) return new WebhooksDelivered(false, 0, 0);
        request.OnTaken?.Invoke();

        // Crash window 1: the lease is taken and nothing done; it runs out and any node goes on. A node that is only asked to
        // stop gives it back: nothing at the database is broken off from here on.
        var isFailing = turn.Endpoint.FailingSince is not null;
        var (items, messages) = await AtDatabaseAsync(async () =>
        {
            var due = await queue.LoadAsync(turn, clock.GetUtcNow(), isFailing ? ItemsOfTurnWhileFailing : ItemsOfTurn, CancellationToken.None);
            return (due, await bodies.MakeAsync(due, CancellationToken.None));
        });
        var results = await SendAsync(turn, messages, isFailing ? AtOnceWhileFailing : AtOnce, ct);

        // Crash window 2: sent, and nobody knows. It is sent again with the same id and bytes.
        var now = clock.GetUtcNow();
        var attempts = items.Zip(results, (item, result) => Judge(item, result, now)).ToList();
        var reason = ReasonToDisable(turn.Endpoint, attempts, now);
        if (await AtDatabaseAsync(() => queue.FinishAsync(turn, attempts, reason, CancellationToken.None)))
        {
            foreach (var attempt in attempts.Where(attempt => attempt.Result is not null))
                PacSpaceMeter.WebhookDeliveries.Add(1, new KeyValuePair<string, object?>("outcome", DeliveryWords.Of(attempt.State).DeliveryStatus));
        }

        return new WebhooksDelivered(true, attempts.Count(a => a.Result is not null), attempts.Count(a => a.State == DeliveryState.Delivered));
    }

    private static async Task<T> AtDatabaseAsync<T>(Func<Task<T>> work)
    {
        await s_database.WaitAsync(CancellationToken.None);
        try
        {
            return await work();
        }
        finally
        {
            s_database.Release();
        }
    }

    /// <summary>Results in the order of the messages, as far as the turn got. Null where it was stopped.</summary>
    private async Task<List<SendResult?>> SendAsync(WebhookTurn turn, IReadOnlyList<WebhookMessage?> messages, int atOnce, CancellationToken stop)
    {
        var url = new Uri(turn.Endpoint.Url);
        var since = Stopwatch.GetTimestamp();
        using var slots = new SemaphoreSlim(atOnce);
        var begun = new List<Task<SendResult?>>(messages.Count);
        var isGone = false;
        foreach (var message in messages)
        {
            var early = TimeSpan.FromSeconds((double)begun.Count / options.PerSecond) - Stopwatch.GetElapsedTime(since);
            if (early > TimeSpan.FromMilliseconds(10)) await Task.Delay(early, CancellationToken.None);
            if (Stopwatch.GetElapsedTime(since) > s_beginsWithin || !await slots.WaitAsync(s_beginsWithin, CancellationToken.None) || isGone || stop.IsCancellationRequested) break;
            begun.Add(SendThroughSlotAsync(message));
        }

        return [.. await Task.WhenAll(begun)];

        async Task<SendResult?> SendThroughSlotAsync(WebhookMessage? message)
        {
            try
            {
                var result = await SendOneAsync(turn, url, message, stop);
                isGone |= result is { IsGone: true };
                return result;
            }
            finally
            {
                slots.Release();
            }
        }
    }

    private async Task<SendResult?> SendOneAsync(WebhookTurn turn, Uri url, WebhookMessage? message, CancellationToken stop)
    {
        try
        {
            return message is null
                ? new SendResult(clock.GetUtcNow(), null, "the stored record is damaged", 0)
                : await sender.SendAsync(url, message, turn.Secrets, stop);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static WebhookAttempt Judge(WebhookItem item, SendResult? result, DateTimeOffset now)
    {
        if (result is not { } sent) return new WebhookAttempt(item, null, item.Attempts == 0 ? DeliveryState.Pending : DeliveryState.Retrying, now);
        if (sent.IsDelivered) return new WebhookAttempt(item, result, DeliveryState.Delivered, null);
        var wait = RetryLadder.After(item.Attempts + 1, Random.Shared.NextDouble());
        return new WebhookAttempt(item, result, wait is null ? DeliveryState.Failed : DeliveryState.Retrying, sent.At.AddMilliseconds(sent.DurationMs) + wait);
    }

    private static string? ReasonToDisable(WebhookEndpoint endpoint, List<WebhookAttempt> attempts, DateTimeOffset now)
    {
        if (attempts.Exists(a => a.Result is { IsGone: true })) return "gone";
        var hasFailed = attempts.Exists(a => a.Result is { IsDelivered: false });
        var hasDelivered = attempts.Exists(a => a.Result is { IsDelivered: true });
        return hasFailed && !hasDelivered && endpoint.FailingSince <= now - RetryLadder.Patience ? "failing" : null;
    }
}
