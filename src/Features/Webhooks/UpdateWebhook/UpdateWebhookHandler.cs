using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

internal sealed class UpdateWebhookHandler(WebhookEndpoints endpoints, WebhookAddresses addresses, TimeProvider clock)
    : IRequestHandler<UpdateWebhook, Outcome<WebhookRow>>
{
    public async Task<Outcome<WebhookRow>> Handle(UpdateWebhook request, CancellationToken ct)
    {
        var (tenant, environment) = (request.Caller.TenantId, request.Caller.Environment);
        if (await endpoints.FindAsync(tenant, environment, request.WebhookId, ct) is null) return WebhookRules.NoWebhook();
        if (request.Url is { } url && await addresses.RefuseAsync(url, environment, ct) is { } refusal) return refusal;

        // One statement: it is changed or it is not.
        var change = new WebhookChange(request.Url, request.Description, request.Enabled);
        return await endpoints.ChangeAsync(tenant, environment, request.WebhookId, change, ct) is { } changed
            ? WebhookRow.Of(changed, clock.GetUtcNow())
            : WebhookRules.NoWebhook();
    }
}
