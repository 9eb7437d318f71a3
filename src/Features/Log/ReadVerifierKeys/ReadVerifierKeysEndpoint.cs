using System.Text;
using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Log;

/// <summary>GET /log/{environment}/vkey</summary>
internal sealed class ReadVerifierKeysEndpoint(IMediator sender) : Endpoint<ReadVerifierKeys, VerifierKeysRead>
{
    public override void Configure()
    {
        Get("/log/{environment}/vkey");
        Public(RateClass.Log);
        AllowsAnyOrigin();
        Summary("The log's verifier keys, one a line, current first; a retired key is followed by the sizes that it signed.");
        AnswersFile(LogFile.Text);
        Refuses(RefusalCode.NotFound);
    }

    protected override ReadVerifierKeys Bind(RequestInput input) => new(LogFile.EnvironmentOf(HttpContext, "vkey"));

    public override async Task HandleAsync(ReadVerifierKeys request, CancellationToken ct)
    {
        if ((await sender.Send(request, ct)).Accepted(out var keys, out var refusal))
            await LogFile.WriteAsync(HttpContext, Encoding.UTF8.GetBytes(keys.Text), LogFile.Text, "max-age=300");
        else await AnswerAsync(refusal);
    }
}
