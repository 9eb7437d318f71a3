using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Service;

/// <summary>GET /metrics</summary>
internal sealed class ReadMetricsEndpoint(IMediator sender, IConfiguration configuration) : Endpoint<ReadMetrics, MetricsRead>
{
    private const string Bearer = "Bearer ";

    public override void Configure()
    {
        Get("/metrics");
        Public(RateClass.None);
        Summary("Metrics in the text format of Prometheus, for loopback, configured networks and holders of the metrics token; others find nothing here.");
        AnswersFile(PrometheusText.ContentType);
        Refuses(RefusalCode.NotFound);
    }

    protected override ReadMetrics Bind(RequestInput input)
    {
        var headers = HttpContext.Request.Headers;
        var authorization = headers.Authorization is [{ } given] && given.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? given[Bearer.Length..].Trim() : null;
        return new ReadMetrics(HttpContext.Connection.RemoteIpAddress, ForwardingOf(headers), authorization);
    }

    public override async Task HandleAsync(ReadMetrics request, CancellationToken ct) =>
        await AnswerTextAsync(await sender.Send(request, ct), metrics => PrometheusText.Of(metrics.Families));

    /// <summary>Trusted proxies take what they are believed off <c>X-Forwarded-For</c> and leave a note; what is left nobody vouches for.</summary>
    private Forwarding ForwardingOf(IHeaderDictionary headers)
    {
        if (headers.ContainsKey("X-Forwarded-For") || headers.ContainsKey("Forwarded")) return Forwarding.Unbelieved;
        var hasNote = headers.ContainsKey("X-Original-For");
        if (hasNote && configuration.GetSection("PacSpace:Proxies").Exists()) return Forwarding.Believed;
        return hasNote || headers.ContainsKey("X-Real-IP") || headers.ContainsKey("Via") ? Forwarding.Unbelieved : Forwarding.None;
    }
}
