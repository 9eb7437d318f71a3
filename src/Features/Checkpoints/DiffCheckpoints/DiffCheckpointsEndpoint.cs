using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Checkpoints;

/// <summary><c>POST /api/v1/balance/checkpoint-diff/:customerId</c></summary>
internal sealed class DiffCheckpointsEndpoint(IMediator mediator) : Endpoint<DiffCheckpoints, CheckpointsDiffed>
{
    public override void Configure()
    {
        Post("/api/v1/balance/checkpoint-diff/:customerId");
        ApiKey();
        ExampleBody("""{"leftCheckpointId":"$OTHER_RECEIPT_ID","rightCheckpointId":"$RECEIPT_ID"}""");
        Requires("leftCheckpointId", "rightCheckpointId");
        Summary("Two checkpoints of one customer side by side: totals, shared records, and the dates on which they differ.");
        Refuses(RefusalCode.VendorAccountRequired, RefusalCode.VendorAccountForbidden, RefusalCode.CustomerNotFound, RefusalCode.CheckpointNotFound);
    }

    protected override DiffCheckpoints Bind(RequestInput input) => new(
        Caller, input.Path("customerId"), input.Body.Text("leftCheckpointId"), input.Body.Text("rightCheckpointId"), input.Body.Text("vendorAccountId"));

    public override async Task HandleAsync(DiffCheckpoints request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
