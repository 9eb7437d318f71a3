using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary><c>GET /api/v1/balance/records/:recordId/proof</c></summary>
internal sealed class GetRecordProofEndpoint(IMediator sender) : Endpoint<GetRecordProof, RecordProofFile>
{
    public override void Configure()
    {
        Get("/api/v1/balance/records/:recordId/proof");
        ApiKey();
        Summary("The offline proof of one record. A record that is not verified yet is waited for, up to five seconds.");
        AnswersFile("application/json");
        Refuses(RefusalCode.NotFound, RefusalCode.ProofUnavailable);
    }

    protected override GetRecordProof Bind(RequestInput input) => new(Caller, input.Path("recordId"), input.QueryFlag("metadata") ?? false);

    public override async Task HandleAsync(GetRecordProof request, CancellationToken ct)
    {
        var outcome = await sender.Send(request, ct);
        if (!outcome.Accepted(out var file, out var refusal))
        {
            await AnswerAsync(refusal);
            return;
        }

        HttpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"{file.FileName}\"";
        HttpContext.Response.Headers.XContentTypeOptions = "nosniff";
        await AnswerBytesAsync(200, file.Bytes);
    }
}
