using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

internal sealed class RotateWebhookSecretHandler(WebhookEndpoints endpoints, TimeProvider clock) : IRequestHandler<RotateWebhookSecret, Outcome<WebhookSecretRotated>>
{
    private static readonly TimeSpan s_overlap = TimeSpan.FromHours(24);

    public async Task<Outcome<WebhookSecretRotated>> Handle(RotateWebhookSecret request, CancellationToken ct)
    {
        var (secret, expiresAt) = (WebhookSecrets.New(), clock.GetUtcNow() + s_overlap);

        // Crash window 1: the new secret is stored and nobody was shown it. The old one signs for a day; rotate again.
        return await endpoints.RotateAsync(request.Caller.TenantId, request.Caller.Environment, request.WebhookId, secret, expiresAt, ct)
            ? new WebhookSecretRotated(request.WebhookId, secret, expiresAt)
            : WebhookRules.NoWebhook();
    }
}
