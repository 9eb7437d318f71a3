using MediatR;
using PacSpace.Features.Endpoints;

namespace PacSpace.Features.Webhooks;

/// <summary><c>GET /api/v1/balance/webhooks</c></summary>
internal sealed class ListWebhookDeliveriesEndpoint(IMediator mediator) : Endpoint<ListWebhookDeliveries, WebhookDeliveriesListed>
{
    public override void Configure()
    {
        Get("/api/v1/balance/webhooks");
        ApiKey();
        Summary("Webhook deliveries of the environment, newest first.");
    }

    protected override ListWebhookDeliveries Bind(RequestInput input) => new(
        Caller, input.Query("status"), input.Query("event"), input.QueryInt32("limit") ?? 25, input.QueryInt32("offset") ?? 0, input.Query("cursor"));

    public override async Task HandleAsync(ListWebhookDeliveries request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
