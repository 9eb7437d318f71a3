using System.Text;
using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Log;

/// <summary>GET /log/{environment}/consistency</summary>
internal sealed class ReadConsistencyEndpoint(IMediator sender) : Endpoint<ReadConsistency, ConsistencyRead>
{
    public override void Configure()
    {
        Get("/log/{environment}/consistency");
        ExamplePath("?first=1");
        Public(RateClass.Log);
        AllowsAnyOrigin();
        Summary("The RFC 6962 consistency proof between two sizes of the log; the second is the current size unless given.");
        Refuses(RefusalCode.NotFound);
    }

    protected override ReadConsistency Bind(RequestInput input) =>
        new(LogFile.EnvironmentOf(HttpContext, "consistency"), input.QueryInt64("first"), input.QueryInt64("second"));

    public override async Task HandleAsync(ReadConsistency request, CancellationToken ct)
    {
        var outcome = await sender.Send(request, ct);
        if (outcome.Accepted(out var proof, out _))
            HttpContext.Response.Headers.ETag = LogFile.TagOf(Encoding.UTF8.GetBytes($"{proof.Origin} {proof.First} {proof.FirstRoot} {proof.Second} {proof.SecondRoot}"));
        await AnswerAsync(outcome);
    }
}
