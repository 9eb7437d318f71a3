using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Customers;

/// <summary><c>GET /api/v1/balance/customers/summary</c></summary>
internal sealed class SummarizeCustomersEndpoint(IMediator mediator) : Endpoint<SummarizeCustomers, CustomersSummarized>
{
    public override void Configure()
    {
        Get("/api/v1/balance/customers/summary");
        ApiKey();
        Summary("All customers in figures: totals, one month, balances, verification.");
        Refuses(RefusalCode.VendorAccountForbidden);
    }

    protected override SummarizeCustomers Bind(RequestInput input) => new(Caller, input.Query("period"), input.Query("vendorAccountId"));

    public override async Task HandleAsync(SummarizeCustomers request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
