using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

/// <summary><c>GET /api/v1/balance/receipts/:receiptId</c></summary>
internal sealed class GetReceiptEndpoint(IMediator mediator) : Endpoint<GetReceipt, ReceiptDocument>
{
    public override void Configure()
    {
        Get("/api/v1/balance/receipts/:receiptId");
        ApiKey();
        Summary("The receipt document of a completed checkpoint.");
        Refuses(RefusalCode.NotFound);
    }

    protected override GetReceipt Bind(RequestInput input) => new(
        Caller, input.Path("receiptId"), input.QueryFlag("customerDisplayName") ?? false, input.Query("locale") ?? "en-US", input.Query("timezone") ?? "UTC",
        input.Query("unit"));

    public override async Task HandleAsync(GetReceipt request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
