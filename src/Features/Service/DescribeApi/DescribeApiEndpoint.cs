using MediatR;
using PacSpace.Features.Endpoints;

namespace PacSpace.Features.Service;

/// <summary>GET /openapi/v1.json</summary>
internal sealed class DescribeApiEndpoint(IMediator sender) : Endpoint<DescribeApi, ApiDescribed>
{
    public override void Configure()
    {
        Get("/openapi/v1.json");
        Public(RateClass.Log);
        Summary("This document: OpenAPI 3.1, made from the endpoints themselves.");
        AnswersFile("application/json");
        AnswersWith();
        AllowsAnyOrigin();
    }

    protected override DescribeApi Bind(RequestInput input) => new();

    public override async Task HandleAsync(DescribeApi request, CancellationToken ct)
    {
        if (!(await sender.Send(request, ct)).Accepted(out var api, out var refusal)) await RefuseAsync(refusal);
        else await JsonAnswer.WriteAsync(HttpContext, 200, api, OpenApi.Write);
    }
}
