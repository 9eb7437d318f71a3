using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Verification;

/// <summary><c>GET /api/v1/verify/:proofRoot</c></summary>
internal sealed class VerifyRootEndpoint(IMediator mediator) : Endpoint<VerifyRoot, RootVerified>
{
    public override void Configure()
    {
        Get("/api/v1/verify/:proofRoot");
        Public();
        AllowsAnyOrigin();
        Summary("What the database and the log say of a root. Open to anyone who holds it.");
        Refuses(RefusalCode.ValidationError, RefusalCode.NotFound);
    }

    protected override VerifyRoot Bind(RequestInput input) => new(input.Path("proofRoot"), input.Query("source") ?? "db", AskedHost.Of(HttpContext));

    public override async Task HandleAsync(VerifyRoot request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
