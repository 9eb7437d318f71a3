using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

/// <summary><c>GET /api/v1/balance/receipt/:customerId/preview</c></summary>
internal sealed class PreviewReceiptEndpoint(IMediator mediator) : Endpoint<PreviewReceipt, ReceiptPreview>
{
    public override void Configure()
    {
        Get("/api/v1/balance/receipt/:customerId/preview");
        ApiKey();
        Summary("The receipt document of a scope as it would read now, over verified records. Commits and sends nothing.");
        Refuses(
            RefusalCode.InvalidScopeCombination, RefusalCode.ScopeTooWide, RefusalCode.VendorAccountRequired, RefusalCode.VendorAccountForbidden,
            RefusalCode.CustomerNotFound);
    }

    protected override PreviewReceipt Bind(RequestInput input) => new(
        Caller, input.Path("customerId"),
        new ScopeFields(input.Query("period"), input.Query("timePreset"), input.Query("startDate"), input.Query("endDate")),
        input.Query("vendorAccountId"), input.QueryFlag("customerDisplayName") ?? false, input.Query("locale") ?? "en-US", input.Query("timezone") ?? "UTC",
        input.Query("unit"));

    public override async Task HandleAsync(PreviewReceipt request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
