using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

internal sealed class RetryWebhookEventHandler(WebhookEvents events, WebhookDeliveries deliveries, WebhookIds ids, WebhookBell bell, TimeProvider clock)
    : IRequestHandler<RetryWebhookEvent, Outcome<WebhookEventRetried>>
{
    public async Task<Outcome<WebhookEventRetried>> Handle(RetryWebhookEvent request, CancellationToken ct)
    {
        if (!ids.TryDecodeEvent(request.EventId, out var at)) return NoEvent();
        if (await events.FindAsync(request.Caller.TenantId, request.Caller.Environment, at, ct) is not { } stored) return NoEvent();

        // One transaction: it is sent again to all of them or to none.
        var resent = await deliveries.SendAgainAsync(stored, at.Place, request.WebhookId, clock.GetUtcNow(), ct);
        if (resent.Count == 0) return request.WebhookId is null ? new Refusal(RefusalCode.Conflict, "No webhook is there to send this event to") : WebhookRules.NoWebhook();
        var sent = resent.Where(delivery => delivery.NextAt is not null).ToList();
        if (sent.Count == 0) return new Refusal(RefusalCode.Conflict, "The webhook is disabled");

        bell.Ring();
        var (status, deliveryStatus) = DeliveryWords.Of(DeliveryState.Pending);
        return new WebhookEventRetried(
            request.EventId, stored.Kind.Name(), sent.Count,
            [.. sent.Select(delivery => new RetriedDelivery(ids.Delivery(delivery.EndpointNo, at), delivery.WebhookId, status, deliveryStatus, delivery.NextAt!.Value))]);
    }

    private static Refusal NoEvent() => Refusal.NotFound("No event has this id");
}
