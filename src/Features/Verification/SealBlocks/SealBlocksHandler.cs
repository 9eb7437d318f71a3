using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Verification;

/// <summary>The steps and their crash windows stand in <see cref="Sealer"/>.</summary>
internal sealed class SealBlocksHandler(Sealers sealers) : IRequestHandler<SealBlocks, Outcome<BlocksSealed>>
{
    public async Task<Outcome<BlocksSealed>> Handle(SealBlocks request, CancellationToken ct)
    {
        var outcome = await sealers.For(request.Environment).TickAsync(ct);
        return new BlocksSealed(
            outcome.Result is SealResult.Idle or SealResult.Sealed, outcome.RecordCount, outcome.CheckpointCount, outcome.HasMore, outcome.Reason);
    }
}
