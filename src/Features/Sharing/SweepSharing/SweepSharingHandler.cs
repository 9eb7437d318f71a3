using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

internal sealed class SweepSharingHandler(SharingSweep sweep, TimeProvider clock) : IRequestHandler<SweepSharing, Outcome<SharingSwept>>
{
    public async Task<Outcome<SharingSwept>> Handle(SweepSharing request, CancellationToken ct) => new SharingSwept(await sweep.SweepAsync(clock.GetUtcNow(), ct));
}
