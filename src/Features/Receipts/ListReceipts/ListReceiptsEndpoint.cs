using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

/// <summary><c>GET /api/v1/balance/customers/:customerId/receipts</c></summary>
internal sealed class ListReceiptsEndpoint(IMediator mediator) : Endpoint<ListReceipts, ReceiptsListed>
{
    public override void Configure()
    {
        Get("/api/v1/balance/customers/:customerId/receipts");
        ApiKey();
        Summary("A customer's receipts, newest first.");
        Refuses(
            RefusalCode.InvalidScopeCombination, RefusalCode.ScopeTooWide, RefusalCode.VendorAccountRequired, RefusalCode.VendorAccountForbidden,
            RefusalCode.CustomerNotFound);
    }

    protected override ListReceipts Bind(RequestInput input) => new(
        Caller, input.Path("customerId"),
        new ScopeFields(input.Query("period"), input.Query("timePreset"), input.Query("startDate"), input.Query("endDate")),
        input.Query("vendorAccountId"), input.QueryInt32("limit") ?? 25, input.QueryInt32("offset") ?? 0, input.Query("cursor"));

    public override async Task HandleAsync(ListReceipts request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
