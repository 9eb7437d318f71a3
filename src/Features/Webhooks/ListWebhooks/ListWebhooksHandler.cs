using MediatR;
using PacSpace.Features.Customers;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

internal sealed class ListWebhooksHandler(WebhookEndpoints endpoints, TimeProvider clock) : IRequestHandler<ListWebhooks, Outcome<WebhooksListed>>
{
    public async Task<Outcome<WebhooksListed>> Handle(ListWebhooks request, CancellationToken ct)
    {
        var (total, page) = await endpoints.ListAsync(
            request.Caller.TenantId, request.Caller.Environment, request.Limit, (request.Page - 1) * request.Limit, ct);
        var now = clock.GetUtcNow();
        return new WebhooksListed([.. page.Select(endpoint => WebhookRow.Of(endpoint, now))], Pagination.Of(request.Page, request.Limit, total), null);
    }
}
