using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

/// <summary><c>GET /api/v1/balance/receipt/:customerId</c>, alias <c>/api/v1/balance/invoice-proof/:customerId</c></summary>
internal sealed class IssueReceiptEndpoint(IMediator mediator) : Endpoint<IssueReceipt, ReceiptIssued>
{
    public override void Configure()
    {
        Get("/api/v1/balance/receipt/:customerId");
        Alias("/api/v1/balance/invoice-proof/:customerId");
        ApiKey();
        Summary("The receipt of a customer's scope with its rows. A closed window without a checkpoint gets one; an open window gives the state as of now.");
        Refuses(
            RefusalCode.InvalidScopeCombination, RefusalCode.ScopeTooWide, RefusalCode.VendorAccountRequired, RefusalCode.VendorAccountForbidden,
            RefusalCode.CustomerNotFound, RefusalCode.ProofUnavailable);
    }

    protected override IssueReceipt Bind(RequestInput input) => new(
        Caller, input.Path("customerId"),
        new ScopeFields(input.Query("period"), input.Query("timePreset"), input.Query("startDate"), input.Query("endDate")),
        input.Query("vendorAccountId"), input.QueryInt32("limit") ?? 100, input.Query("cursor"));

    public override async Task HandleAsync(IssueReceipt request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
