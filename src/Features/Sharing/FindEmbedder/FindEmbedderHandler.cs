using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

internal sealed class FindEmbedderHandler(CheckpointLookup checkpoints, EmbedOrigins embedders) : IRequestHandler<FindEmbedder, Outcome<EmbedderFound>>
{
    private static readonly EmbedderFound s_nobody = new((string?)null);

    public async Task<Outcome<EmbedderFound>> Handle(FindEmbedder request, CancellationToken ct)
    {
        if (EmbedOrigin.OfReferrer(request.Referrer) is not { } origin) return s_nobody;
        if (await checkpoints.FindAsync(request.ReceiptId, ct) is not { } checkpoint) return s_nobody;
        if (EmbedOrigin.IsForSandboxAlone(origin) && checkpoint.Environment != Environments.Sandbox) return s_nobody;
        var listed = await embedders.FindAsync(checkpoint.Customer.Ledger.TenantId, ct);
        return listed.Origins.Contains(origin) ? new EmbedderFound(origin) : s_nobody;
    }
}
