using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

/// <summary><c>GET /api/v1/middleware/customers/:customerId/periods/:checkpointId</c></summary>
internal sealed class ReadPeriodEndpoint(IMediator mediator) : Endpoint<ReadPeriod, PeriodRead>
{
    public override void Configure()
    {
        Get("/api/v1/middleware/customers/:customerId/periods/:checkpointId");
        Alias("/api/v1/middleware/customers/:customerId/period/:checkpointId");
        ApiKey();
        MiddlewareOnly();
        Summary("One completed period of a customer: totals, proof, and its records, ascending.");
        Refuses(RefusalCode.CustomerNotFound, RefusalCode.CheckpointNotFound, RefusalCode.VendorAccountRequired);
    }

    protected override ReadPeriod Bind(RequestInput input) => new(
        Caller, input.Path("customerId"), input.Query("vendorAccountId"), input.Path("checkpointId"), input.QueryInt32("limit") ?? 100, input.Query("cursor"));

    public override async Task HandleAsync(ReadPeriod request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
