using MediatR;
using PacSpace.Features.Endpoints;

namespace PacSpace.Features.Service;

/// <summary>GET /healthz</summary>
internal sealed class CheckLivenessEndpoint(IMediator sender) : Endpoint<CheckLiveness, ProcessAlive>
{
    public override void Configure()
    {
        Get("/healthz");
        Public(RateClass.None);
        Summary("Answers ok while the process runs.");
        AnswersFile("text/plain");
    }

    protected override CheckLiveness Bind(RequestInput input) => new();

    public override async Task HandleAsync(CheckLiveness request, CancellationToken ct) =>
        await AnswerTextAsync(await sender.Send(request, ct), alive => alive.Text);
}
