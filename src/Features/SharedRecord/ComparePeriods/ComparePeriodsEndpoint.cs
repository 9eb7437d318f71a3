using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

/// <summary><c>POST /api/v1/middleware/customers/:customerId/compare</c></summary>
internal sealed class ComparePeriodsEndpoint(IMediator mediator) : Endpoint<ComparePeriods, PeriodsCompared>
{
    public override void Configure()
    {
        Post("/api/v1/middleware/customers/:customerId/compare");
        ApiKey();
        MiddlewareOnly();
        ExampleBody("""{"leftCheckpointId":"$OTHER_RECEIPT_ID","rightCheckpointId":"$RECEIPT_ID"}""");
        Summary("Two completed periods of a customer side by side: totals, shared records, and the dates on which they differ.");
        Refuses(RefusalCode.CustomerNotFound, RefusalCode.CheckpointNotFound, RefusalCode.VendorAccountRequired);
    }

    protected override ComparePeriods Bind(RequestInput input) => new(
        Caller, input.Path("customerId"), input.Body.Text("vendorAccountId"), input.Body.Text("leftCheckpointId"), input.Body.Text("rightCheckpointId"),
        input.Body.Text("leftPeriod"), input.Body.Text("rightPeriod"), IsRun: true, Visit: null);

    public override async Task HandleAsync(ComparePeriods request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
