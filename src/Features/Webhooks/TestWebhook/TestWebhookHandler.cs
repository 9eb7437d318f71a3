using System.Text.Json;
using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

internal sealed class TestWebhookHandler(
    WebhookEndpoints endpoints, WebhookEvents events, WebhookDeliveries deliveries, WebhookBodies bodies, WebhookSender sender, TimeProvider clock)
    : IRequestHandler<TestWebhook, Outcome<WebhookTested>>
{
    public async Task<Outcome<WebhookTested>> Handle(TestWebhook request, CancellationToken ct)
    {
        var (tenant, environment, now) = (request.Caller.TenantId, request.Caller.Environment, clock.GetUtcNow());
        if (await endpoints.FindAsync(tenant, environment, request.WebhookId, ct) is not { } endpoint) return WebhookRules.NoWebhook();
        var secrets = await endpoints.SecretsAsync(tenant, environment, request.WebhookId, now, ct);
        if (secrets.Count == 0) return WebhookRules.NoWebhook();

        var data = JsonSerializer.Serialize(new WebhookTestData(request.WebhookId, "Test event"), WireJson.Options);
        var stored = await events.WriteTestAsync(tenant, environment, data, now, ct);

        // Crash window 1: an event that no endpoint waits for. It goes with the others of its age.
        // Crash window 2: sent, and not in the list of deliveries. A test is not sent again by itself.
        var message = bodies.Message(stored, 0, new RawJson(data));
        var result = await sender.SendAsync(new Uri(endpoint.Url), message, secrets, ct);
        await deliveries.AddTestedAsync(endpoint, stored, result, ct);
        return new WebhookTested(message.EventId, result.Status, result.DurationMs, result.IsDelivered);
    }
}
