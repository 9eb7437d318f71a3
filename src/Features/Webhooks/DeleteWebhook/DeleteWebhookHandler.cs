using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

internal sealed class DeleteWebhookHandler(WebhookEndpoints endpoints, TimeProvider clock) : IRequestHandler<DeleteWebhook, Outcome<WebhookDeleted>>
{
    // One statement: it is deleted or it is not.
    public async Task<Outcome<WebhookDeleted>> Handle(DeleteWebhook request, CancellationToken ct) =>
        await endpoints.DeleteAsync(request.Caller.TenantId, request.Caller.Environment, request.WebhookId, clock.GetUtcNow(), ct)
            ? new WebhookDeleted(request.WebhookId, true)
            : WebhookRules.NoWebhook();
}
