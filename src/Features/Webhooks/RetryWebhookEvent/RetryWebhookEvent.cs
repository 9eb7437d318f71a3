using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

/// <summary>Sends an event again at once, delivered or not, with the same id and body.</summary>
/// <param name="WebhookId">To this endpoint; null: to those that it was for.</param>
public sealed record RetryWebhookEvent(Caller Caller, string EventId, string? WebhookId) : IRequest<Outcome<WebhookEventRetried>>;

public sealed record WebhookEventRetried(string EventId, string Event, int Requeued, IReadOnlyList<RetriedDelivery> Deliveries);

public sealed record RetriedDelivery(string DeliveryId, string WebhookId, string Status, string DeliveryStatus, DateTimeOffset NextRetryAt);
