using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Customers;

/// <summary><c>GET /api/v1/balance/customers</c></summary>
internal sealed class ListCustomersEndpoint(IMediator mediator) : Endpoint<ListCustomers, CustomersListed>
{
    public override void Configure()
    {
        Get("/api/v1/balance/customers");
        ApiKey();
        Summary("The customers, newest first, with their balance and the figures of one month.");
        Refuses(RefusalCode.VendorAccountForbidden);
    }

    protected override ListCustomers Bind(RequestInput input) => new(
        Caller, input.QueryInt32("page"), input.QueryInt32("limit") ?? 25, input.Query("cursor"), input.Query("search"), input.Query("period"),
        input.Query("vendorAccountId"));

    public override async Task HandleAsync(ListCustomers request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
