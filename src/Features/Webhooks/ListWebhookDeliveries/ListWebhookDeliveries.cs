using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

/// <summary>What was sent and what waits in the environment, a row for each event and endpoint, newest first.</summary>
/// <param name="Status">Of either column, case ignored: <c>QUEUED</c> or <c>pending</c>, and so on.</param>
/// <param name="Event">Such as <c>delta.verified</c>.</param>
/// <param name="WebhookId">Of one endpoint; not on the wire of the key route.</param>
public sealed record ListWebhookDeliveries(
    Caller Caller, string? Status, string? Event, int Limit, int Offset, string? Cursor, [property: NotOnTheWire] string? WebhookId = null)
    : IRequest<Outcome<WebhookDeliveriesListed>>;

public sealed record WebhookDeliveriesListed(IReadOnlyList<WebhookDelivery> Deliveries, long Total, int Limit, int Offset, string? NextCursor);

/// <param name="Status"><c>QUEUED</c>, <c>PROCESSING</c>, <c>VERIFIED</c> or <c>FAILED</c>.</param>
/// <param name="DeliveryStatus">The same in words of delivery: <c>pending</c>, <c>retrying</c>, <c>delivered</c>, <c>failed</c>.</param>
/// <param name="CreatedAt">When the event was.</param>
public sealed record WebhookDelivery(
    string DeliveryId, string EventId, string WebhookId, string Event, string Url, string Status, string DeliveryStatus, int Attempts, int MaxAttempts,
    int? ResponseStatus, string? LastError, DateTimeOffset CreatedAt, DateTimeOffset? LastAttemptAt, DateTimeOffset? NextRetryAt, DateTimeOffset? DeliveredAt);
