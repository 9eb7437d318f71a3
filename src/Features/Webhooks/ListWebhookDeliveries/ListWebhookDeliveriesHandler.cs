using System.Globalization;
using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

internal sealed class ListWebhookDeliveriesHandler(WebhookDeliveries deliveries, WebhookIds ids) : IRequestHandler<ListWebhookDeliveries, Outcome<WebhookDeliveriesListed>>
{
    public async Task<Outcome<WebhookDeliveriesListed>> Handle(ListWebhookDeliveries request, CancellationToken ct)
    {
        DeliveryState? state = request.Status is { } status && DeliveryWords.TryParse(status, out var known) ? known : null;
        WebhookKind? kind = request.Event is { } name && WebhookKinds.TryParse(name, out var named) ? named : null;
        string?[] filters = [request.Caller.TenantId, request.Caller.Environment, request.WebhookId, state?.ToString(), kind?.ToString()];
        if (!TryOpen(request.Cursor, filters, out var after)) return Refusal.Validation("cursor", "does not belong to this list");

        // The row after the page says whether there is a next one.
        var filter = new DeliveryFilter(request.Caller.TenantId, request.Caller.Environment, request.WebhookId, state, kind);
        var page = await deliveries.ListAsync(filter, after, request.Limit + 1, request.Offset, ct);
        var hasMore = page.Count > request.Limit;
        if (hasMore) page.RemoveAt(page.Count - 1);
        return new WebhookDeliveriesListed(
            [.. page.Select(Show)], await deliveries.CountAsync(filter, ct), request.Limit, request.Offset,
            hasMore ? Cursors.Make(filters, Position(page[^1])) : null);
    }

    private WebhookDelivery Show(StoredDelivery delivery)
    {
        var (status, deliveryStatus) = DeliveryWords.Of(delivery.State);
        return new WebhookDelivery(
            ids.Delivery(delivery.EndpointNo, delivery.At), ids.Event(delivery.At), delivery.WebhookId, delivery.Kind.Name(), delivery.Url, status, deliveryStatus,
            delivery.Attempts, RetryLadder.MaxAttempts, delivery.ResponseStatus, delivery.LastError, delivery.CreatedAt, delivery.LastAttemptAt,
            delivery.NextAttemptAt, delivery.DeliveredAt);
    }

    private static string Position(StoredDelivery last) => string.Create(CultureInfo.InvariantCulture, $"{last.At.EventNo} {last.At.Place} {last.EndpointNo}");

    private static bool TryOpen(string? cursor, string?[] filters, out DeliveryPosition after)
    {
        after = DeliveryPosition.Start;
        if (cursor is null) return true;
        if (!Cursors.TryOpen(cursor, filters, out string? position) || position.Split(' ') is not [var eventNo, var place, var endpointNo]
            || !long.TryParse(eventNo, NumberStyles.None, CultureInfo.InvariantCulture, out var no)
            || !int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            || !int.TryParse(endpointNo, NumberStyles.None, CultureInfo.InvariantCulture, out var endpoint)) return false;
        after = new DeliveryPosition(no, at, endpoint);
        return true;
    }
}
