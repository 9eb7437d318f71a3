using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Log;

/// <summary>GET /log/{environment}/tile/entries/{*path}</summary>
internal sealed class ReadEntriesEndpoint(IMediator sender) : Endpoint<ReadEntries, EntriesRead>
{
    public override void Configure()
    {
        Get("/log/{environment}/tile/entries/{*path}");
        Public(RateClass.Log);
        AllowsAnyOrigin();
        Summary("Entries of the log, as many as the tile of the same name has hashes on level 0; gzip when asked.");
        AnswersFile(LogFile.Bytes);
        Refuses(RefusalCode.NotFound);
    }

    protected override ReadEntries Bind(RequestInput input)
    {
        var path = LogFile.RouteValue(HttpContext, "path");
        return new ReadEntries(LogFile.EnvironmentOf(HttpContext, $"tile/entries/{path}"), path);
    }

    public override async Task HandleAsync(ReadEntries request, CancellationToken ct)
    {
        if ((await sender.Send(request, ct)).Accepted(out var read, out var refusal))
            await LogFile.WriteAsync(HttpContext, read.Entries, LogFile.Bytes, LogFile.Immutable, mayCompress: true);
        else await AnswerAsync(refusal);
    }
}
