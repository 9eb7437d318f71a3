using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

internal sealed class GetEmbedOriginsHandler(EmbedOrigins embedders) : IRequestHandler<GetEmbedOrigins, Outcome<EmbedOriginsShown>>
{
    public async Task<Outcome<EmbedOriginsShown>> Handle(GetEmbedOrigins request, CancellationToken ct) =>
        EmbedOriginsShown.Of(await embedders.FindAsync(request.Caller.TenantId, ct));
}
