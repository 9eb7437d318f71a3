using MediatR;
using PacSpace.Features.Endpoints;

namespace PacSpace.Features.Usage;

/// <summary><c>GET /api/v1/balance/usage</c></summary>
internal sealed class GetUsageEndpoint(IMediator sender) : Endpoint<GetUsage, UsageRead>
{
    public override void Configure()
    {
        Get("/api/v1/balance/usage");
        ApiKey();
        Summary("The state of the plan in the key's environment: what it includes, what was recorded, what remains.");
    }

    protected override GetUsage Bind(RequestInput input) => new(Caller);

    public override async Task HandleAsync(GetUsage request, CancellationToken ct) => await AnswerAsync(await sender.Send(request, ct));
}
