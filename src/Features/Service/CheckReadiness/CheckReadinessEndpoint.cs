using MediatR;
using PacSpace.Features.Endpoints;

namespace PacSpace.Features.Service;

/// <summary>GET /readyz</summary>
internal sealed class CheckReadinessEndpoint(IMediator sender) : Endpoint<CheckReadiness, ReadinessChecked>
{
    public override void Configure()
    {
        Get("/readyz");
        Public(RateClass.None);
        Summary("Whether this node should get requests: 200, or 503 while it starts, drains or a check fails.");
        Answers(200, 503);
        AnswersFile("application/json");
    }

    protected override CheckReadiness Bind(RequestInput input) => new();

    public override async Task HandleAsync(CheckReadiness request, CancellationToken ct) =>
        await AnswerDocumentAsync(await sender.Send(request, ct), readiness => readiness.Status == "ready" ? 200 : 503);
}
