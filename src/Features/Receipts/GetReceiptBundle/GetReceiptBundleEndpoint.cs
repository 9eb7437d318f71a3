using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

/// <summary><c>GET /api/v1/balance/receipts/:receiptId/bundle</c></summary>
internal sealed class GetReceiptBundleEndpoint(IMediator mediator) : Endpoint<GetReceiptBundle, ReceiptBundle>
{
    public override void Configure()
    {
        Get("/api/v1/balance/receipts/:receiptId/bundle");
        ApiKey();
        Summary("The evidence of a whole receipt as a pacspace/receipt/1 document, for a check without us. Saved bytes are the evidence.");
        AnswersFile("application/json");
        Refuses(RefusalCode.NotFound, RefusalCode.ProofUnavailable);
    }

    protected override GetReceiptBundle Bind(RequestInput input) => new(Caller, input.Path("receiptId"), input.QueryFlag("metadata") ?? false);

    public override async Task HandleAsync(GetReceiptBundle request, CancellationToken ct)
    {
        var outcome = await mediator.Send(request, ct);
        if (!outcome.Accepted(out var bundle, out var refusal))
        {
            await RefuseAsync(refusal);
            return;
        }

        await using (bundle)
        {
            var response = HttpContext.Response;
            var digest = Convert.ToBase64String(bundle.Sha256.Span);
            response.ContentType = "application/json";
            response.ContentLength = bundle.Length;
            response.Headers.ContentDisposition = $"attachment; filename=\"{bundle.FileName}\"";
            response.Headers.ETag = $"\"{Convert.ToHexStringLower(bundle.Sha256.Span)}\"";
            response.Headers["Repr-Digest"] = $"sha-256=:{digest}:";
            response.Headers.XContentTypeOptions = "nosniff";
            await bundle.WriteAsync(response.BodyWriter, ct);
        }
    }
}
