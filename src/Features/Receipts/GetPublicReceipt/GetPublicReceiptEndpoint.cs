using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

/// <summary><c>GET /api/v1/receipt/:receiptId</c></summary>
internal sealed class GetPublicReceiptEndpoint(IMediator mediator) : Endpoint<GetPublicReceipt, PublicReceipt>
{
    public override void Configure()
    {
        Get("/api/v1/receipt/:receiptId");
        Public();
        AllowsAnyOrigin();
        Summary("A receipt document. Open to anyone who holds its id, for ever.");
        Refuses(RefusalCode.ValidationError, RefusalCode.NotFound);
    }

    protected override GetPublicReceipt Bind(RequestInput input) =>
        new(input.Path("receiptId"), input.Query("locale") ?? "en-US", input.Query("timezone") ?? "UTC", AskedHost.Of(HttpContext));

    public override async Task HandleAsync(GetPublicReceipt request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
