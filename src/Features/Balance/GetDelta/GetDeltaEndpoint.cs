using MediatR;
using PacSpace.Features.Endpoints;

namespace PacSpace.Features.Balance;

/// <summary><c>GET /api/v1/balance/delta/:recordId</c></summary>
internal sealed class GetDeltaEndpoint(IMediator sender) : Endpoint<GetDelta, RecordDetail>
{
    public override void Configure()
    {
        Get("/api/v1/balance/delta/:recordId");
        ApiKey();
        Summary("One record: its place, its hashes, its status, and the metadata that came with it.");
        Refuses(Pipeline.RefusalCode.NotFound);
    }

    protected override GetDelta Bind(RequestInput input) => new(Caller, input.Path("recordId"));

    public override async Task HandleAsync(GetDelta request, CancellationToken ct) => await AnswerAsync(await sender.Send(request, ct));
}
