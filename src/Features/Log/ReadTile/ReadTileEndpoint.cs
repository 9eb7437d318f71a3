using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Log;

/// <summary>GET /log/{environment}/tile/{level}/{*path}</summary>
/// <remarks>The path is taken as it was sent: an escaped spelling of a tile's name is another name, and no tile has it.</remarks>
internal sealed class ReadTileEndpoint(IMediator sender) : Endpoint<ReadTile, TileRead>
{
    public override void Configure()
    {
        Get("/log/{environment}/tile/{level}/{*path}");
        Public(RateClass.Log);
        AllowsAnyOrigin();
        Summary("Hashes of the log's tree: a full tile of 256, or a partial one of the width named (C2SP tlog-tiles).");
        AnswersFile(LogFile.Bytes);
        Refuses(RefusalCode.NotFound);
    }

    protected override ReadTile Bind(RequestInput input)
    {
        var (level, path) = (LogFile.RouteValue(HttpContext, "level"), LogFile.RouteValue(HttpContext, "path"));
        return new ReadTile(LogFile.EnvironmentOf(HttpContext, $"tile/{level}/{path}"), level, path);
    }

    public override async Task HandleAsync(ReadTile request, CancellationToken ct)
    {
        if ((await sender.Send(request, ct)).Accepted(out var tile, out var refusal))
            await LogFile.WriteAsync(HttpContext, tile.Hashes, LogFile.Bytes, LogFile.Immutable);
        else await AnswerAsync(refusal);
    }
}
