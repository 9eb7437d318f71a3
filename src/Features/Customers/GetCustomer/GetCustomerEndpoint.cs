using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Customers;

/// <summary><c>GET /api/v1/balance/customers/:customerId</c></summary>
internal sealed class GetCustomerEndpoint(IMediator mediator) : Endpoint<GetCustomer, CustomerRead>
{
    public override void Configure()
    {
        Get("/api/v1/balance/customers/:customerId");
        ApiKey();
        Summary("One customer: balance, the figures of one month, and that month's records, newest first.");
        Refuses(RefusalCode.CustomerNotFound, RefusalCode.VendorAccountRequired, RefusalCode.VendorAccountForbidden);
    }

    protected override GetCustomer Bind(RequestInput input) => new(
        Caller, input.Path("customerId"), input.Query("period"), input.Query("deltaPeriod"), input.QueryInt32("deltaPage"), input.QueryInt32("deltaLimit") ?? 20,
        input.Query("deltaCursor"), input.Query("status"), input.Query("vendorAccountId"));

    public override async Task HandleAsync(GetCustomer request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
