using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Log;

internal sealed class ReadTileHandler(LogReader log) : IRequestHandler<ReadTile, Outcome<TileRead>>
{
    /// <summary>The highest level on which a tree of 2^53 entries has a node.</summary>
    private const int MaxTreeLevel = 53;

    public async Task<Outcome<TileRead>> Handle(ReadTile request, CancellationToken ct)
    {
        if (!LogEnvironments.Exists(request.Environment) || !TilePath.TryParseLevel(request.Level, out var level)
            || !TilePath.TryParse(request.Path, out var tile) || level * TilePath.LevelsPerTile > MaxTreeLevel) return LogEnvironments.NotThere;

        // Nodes are stored when they are complete and never change, so any width that is there was published.
        var first = new TreeNode(level * TilePath.LevelsPerTile, tile.Number * TilePath.FullWidth);
        var hashes = await log.NodesAsync(request.Environment, first, tile.Width, ct);
        if (hashes.Count < tile.Width) return LogEnvironments.NotThere;

        var bytes = new byte[tile.Width * Hash.Size];
        for (var i = 0; i < hashes.Count; i++) hashes[i].CopyTo(bytes.AsSpan(i * Hash.Size));
        return new TileRead(bytes);
    }
}
