using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

internal sealed class CreateWebhookHandler(WebhookEndpoints endpoints, WebhookAddresses addresses, TimeProvider clock)
    : IRequestHandler<CreateWebhook, Outcome<WebhookCreated>>
{
    public async Task<Outcome<WebhookCreated>> Handle(CreateWebhook request, CancellationToken ct)
    {
        var (tenant, environment) = (request.Caller.TenantId, request.Caller.Environment);
        if (await addresses.RefuseAsync(request.Url!, environment, ct) is { } refusal) return refusal;
        var secret = WebhookSecrets.New();
        var created = await endpoints.CreateAsync(
            tenant, environment, RandomId.New(WebhookRules.IdPrefix), request.Url!, request.Description, secret, clock.GetUtcNow(), ct);

        // Crash window 1: the endpoint is stored and nobody was shown its secret. It is told of events; its owner rotates the secret or deletes it.
        return created is null
            ? new Refusal(RefusalCode.Conflict, $"An environment has at most {WebhookEndpoints.MaxOfEnvironment} webhooks")
            : new WebhookCreated(created.WebhookId, created.Url, created.Description, created.Environment, secret, created.IsEnabled, created.CreatedAt);
    }
}
