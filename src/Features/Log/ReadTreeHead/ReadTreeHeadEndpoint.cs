using System.Text;
using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Log;

/// <summary>GET /log/{environment}/checkpoint</summary>
internal sealed class ReadTreeHeadEndpoint(IMediator sender) : Endpoint<ReadTreeHead, TreeHeadRead>
{
    public override void Configure()
    {
        Get("/log/{environment}/checkpoint");
        Public(RateClass.Log);
        AllowsAnyOrigin();
        Summary("The log's latest tree head, a signed note (C2SP tlog-checkpoint). Not a checkpoint of a customer.");
        AnswersFile(LogFile.Text);
        Refuses(RefusalCode.NotFound);
    }

    protected override ReadTreeHead Bind(RequestInput input) => new(LogFile.EnvironmentOf(HttpContext, "checkpoint"));

    public override async Task HandleAsync(ReadTreeHead request, CancellationToken ct)
    {
        if ((await sender.Send(request, ct)).Accepted(out var head, out var refusal))
            await LogFile.WriteAsync(HttpContext, Encoding.UTF8.GetBytes(head.Note), LogFile.Text, "no-cache, max-age=0");
        else await AnswerAsync(refusal);
    }
}
