using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Documents;

/// <summary><c>GET /api/v1/receipt/:receiptId.pdf</c></summary>
internal sealed class GetReceiptPdfEndpoint(IMediator mediator) : Endpoint<GetReceiptPdf, ReceiptPdf>
{
    public override void Configure()
    {
        Get("/api/v1/receipt/:receiptId.pdf");
        Public();
        AllowsAnyOrigin();
        Summary("A receipt as a PDF/A-3b of one page, for whoever holds its id.");
        AnswersFile("application/pdf");
        Refuses(RefusalCode.NotFound);
    }

    protected override GetReceiptPdf Bind(RequestInput input) => new(input.Path("receiptId"), input.Query("locale") ?? "en-US", input.Query("timezone") ?? "UTC", AskedHost.Of(HttpContext));

    public override async Task HandleAsync(GetReceiptPdf request, CancellationToken ct)
    {
        var outcome = await mediator.Send(request, ct);
        if (!outcome.Accepted(out var pdf, out var refusal))
        {
            await RefuseAsync(refusal);
            return;
        }

        await using (pdf)
        {
            var response = HttpContext.Response;
            response.ContentType = "application/pdf";
            response.ContentLength = pdf.Length;
            response.Headers.ContentDisposition = $"inline; filename=\"{pdf.FileName}\"";
            response.Headers.XContentTypeOptions = "nosniff";
            await pdf.CopyToAsync(response.Body, ct);
        }
    }
}
