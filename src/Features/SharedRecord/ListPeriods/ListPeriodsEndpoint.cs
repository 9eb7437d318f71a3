using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

/// <summary><c>GET /api/v1/middleware/customers/:customerId/periods</c></summary>
internal sealed class ListPeriodsEndpoint(IMediator mediator) : Endpoint<ListPeriods, PeriodsListed>
{
    public override void Configure()
    {
        Get("/api/v1/middleware/customers/:customerId/periods");
        ApiKey();
        MiddlewareOnly();
        Summary("A customer's closed periods, newest window first.");
        Refuses(RefusalCode.CustomerNotFound, RefusalCode.VendorAccountRequired);
    }

    protected override ListPeriods Bind(RequestInput input) =>
        new(Caller, input.Path("customerId"), input.Query("vendorAccountId"), input.QueryInt32("limit") ?? 25, input.Query("cursor"));

    public override async Task HandleAsync(ListPeriods request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
