using System.Globalization;
using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Log;

internal sealed class ReadConsistencyHandler(LogReader log) : IRequestHandler<ReadConsistency, Outcome<ConsistencyRead>>
{
    public async Task<Outcome<ConsistencyRead>> Handle(ReadConsistency request, CancellationToken ct)
    {
        if (!LogEnvironments.Exists(request.Environment) || await log.LatestHeadAsync(request.Environment, ct) is not { } latest
            || await log.OriginAsync(request.Environment, ct) is not { } origin) return LogEnvironments.NotThere;
        if (!Decide(request, latest.Size).Accepted(out var sizes, out var refusal)) return refusal;

        var (first, second) = sizes;
        var proof = await log.ConsistencyPathAsync(request.Environment, first, second, ct);
        return new ConsistencyRead(
            origin, first.Value, second.Value, (await log.RootAtAsync(request.Environment, first, ct)).To0x(),
            (await log.RootAtAsync(request.Environment, second, ct)).To0x(), [.. proof.Select(hash => hash.To0x())]);
    }

    internal static Outcome<SizesToCompare> Decide(ReadConsistency request, TreeSize current)
    {
        var second = request.Second ?? current.Value;
        if (second > current.Value || second < 1)
            return Refusal.Validation("second", string.Create(CultureInfo.InvariantCulture, $"must be 1 to {current.Value}, the current size"));
        if (request.First is not { } first) return Refusal.Validation("first", "is required");
        if (first < 1 || first > second) return Refusal.Validation("first", string.Create(CultureInfo.InvariantCulture, $"must be 1 to {second}"));
        return new SizesToCompare(new TreeSize(first), new TreeSize(second));
    }
}

internal sealed record SizesToCompare(TreeSize First, TreeSize Second);
