using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Checkpoints;

/// <summary><c>GET /api/v1/balance/checkpoints</c></summary>
internal sealed class ListCheckpointsEndpoint(IMediator mediator) : Endpoint<ListCheckpoints, CheckpointsListed>
{
    public override void Configure()
    {
        Get("/api/v1/balance/checkpoints");
        ApiKey();
        Summary("Checkpoints, newest first.");
        Refuses(RefusalCode.InvalidScopeCombination, RefusalCode.ScopeTooWide, RefusalCode.VendorAccountForbidden);
    }

    protected override ListCheckpoints Bind(RequestInput input) => new(
        Caller, input.Query("customerId"),
        new ScopeFields(input.Query("period"), input.Query("timePreset"), input.Query("startDate"), input.Query("endDate")),
        input.Query("status"), input.Query("mode"), input.Query("checkpointRunId"), input.Query("vendorAccountId"),
        input.QueryInt32("limit") ?? 25, input.QueryInt32("offset") ?? 0, input.Query("cursor"));

    public override async Task HandleAsync(ListCheckpoints request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
