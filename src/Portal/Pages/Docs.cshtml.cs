using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PacSpace.Features.Service;

namespace PacSpace.Portal.Pages;

/// <summary>The operations as a page: the same description that <c>/openapi/v1.json</c> is written from.</summary>
public sealed class DocsModel(IMediator sender) : PageModel
{
    public ApiDescribed? Api { get; private set; }

    public string? Problem { get; private set; }

    public IEnumerable<IGrouping<string, ApiOperation>> Areas =>
        Api!.Operations.GroupBy(operation => operation.Area).OrderBy(area => area.Key, StringComparer.Ordinal);

    public async Task OnGetAsync(CancellationToken ct)
    {
        if ((await sender.Send(new DescribeApi(), ct)).Accepted(out var api, out var refusal)) Api = api;
        else (Response.StatusCode, Problem) = (Features.Pipeline.Problem.Of(refusal).Status, refusal.Message);
    }

    public string FactsOf(ApiOperation operation)
    {
        var facts = new List<string>
        {
            operation.NeedsKey ? "API key" : "Open to anyone",
            "answers " + string.Join(" or ", operation.SuccessStatuses),
        };
        if (operation.FileContentType is { } type) facts.Add(type);
        if (operation.HonoursIdempotencyKey) facts.Add("Idempotency-Key honoured");
        if (operation.MaxBodyBytes > 0) facts.Add($"body up to {operation.MaxBodyBytes / (1024 * 1024)} MiB");
        return string.Join(" · ", facts);
    }
}
