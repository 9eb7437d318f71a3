using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

/// <summary><c>POST /api/v1/balance/webhooks/:eventId/retry</c></summary>
internal sealed class RetryWebhookEventEndpoint(IMediator mediator) : Endpoint<RetryWebhookEvent, WebhookEventRetried>
{
    public override void Configure()
    {
        Post("/api/v1/balance/webhooks/:eventId/retry");
        ApiKey();
        Summary("Sends an event again at once, delivered or not, with the same id and body.");
        Answers(200);
        ExampleBody("{}");
        Refuses(RefusalCode.NotFound, RefusalCode.Conflict);
    }

    protected override RetryWebhookEvent Bind(RequestInput input) => new(Caller, input.Path("eventId"), input.Body.Text("webhookId"));

    public override async Task HandleAsync(RetryWebhookEvent request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
