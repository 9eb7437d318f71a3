using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

internal sealed class UpdateEmbedOriginsHandler(EmbedOrigins embedders, TimeProvider clock) : IRequestHandler<UpdateEmbedOrigins, Outcome<EmbedOriginsShown>>
{
    public async Task<Outcome<EmbedOriginsShown>> Handle(UpdateEmbedOrigins request, CancellationToken ct) =>
        EmbedOriginsShown.Of(await embedders.SetAsync(request.Caller.TenantId, [.. request.Origins.Distinct()], clock.GetUtcNow(), ct));
}
