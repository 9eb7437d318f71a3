using MediatR;
using PacSpace.Features.Endpoints;

namespace PacSpace.Features.Balance;

/// <summary><c>GET /api/v1/balance/limits</c></summary>
internal sealed class GetLimitsEndpoint(IMediator sender) : Endpoint<GetLimits, Limits>
{
    public override void Configure()
    {
        Get("/api/v1/balance/limits");
        ApiKey();
        Summary("What the API allows at most.");
    }

    protected override GetLimits Bind(RequestInput input) => new(Caller);

    public override async Task HandleAsync(GetLimits request, CancellationToken ct) => await AnswerAsync(await sender.Send(request, ct));
}
