using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Log;

internal sealed class ReadTreeHeadHandler(LogReader log) : IRequestHandler<ReadTreeHead, Outcome<TreeHeadRead>>
{
    public async Task<Outcome<TreeHeadRead>> Handle(ReadTreeHead request, CancellationToken ct) =>
        LogEnvironments.Exists(request.Environment) && await log.LatestHeadAsync(request.Environment, ct) is { } head
            ? new TreeHeadRead(head.Note)
            : LogEnvironments.NotThere;
}
