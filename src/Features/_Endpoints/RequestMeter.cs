using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PacSpace.Infrastructure.Metering;

namespace PacSpace.Features.Endpoints;

/// <summary>Counts every request under its route's template and its status, and allocates nothing for it.</summary>
internal static class RequestMeter
{
    /// <summary>What no route took: the path itself is a stranger's text.</summary>
    private const string NoRoute = "other";

    private static readonly string[] s_statuses = [.. Enumerable.Range(0, 1_000).Select(status => status.ToString(CultureInfo.InvariantCulture))];
    private static readonly ConditionalWeakTable<Microsoft.AspNetCore.Http.Endpoint, string> s_routes = [];

    /// <param name="since">A timestamp of <see cref="Stopwatch"/>.</param>
    public static void Count(HttpContext http, long since) => Count(http.GetEndpoint(), http.Response.StatusCode, Stopwatch.GetElapsedTime(since));

    public static void Count(Microsoft.AspNetCore.Http.Endpoint? endpoint, int status, TimeSpan took)
    {
        var route = new KeyValuePair<string, object?>("route", endpoint is null ? NoRoute : s_routes.GetValue(endpoint, RouteOf));
        PacSpaceMeter.HttpRequests.Add(1, route, new KeyValuePair<string, object?>("status", (uint)status < 1_000 ? s_statuses[status] : s_statuses[0]));
        PacSpaceMeter.HttpRequestSeconds.Record(took.TotalSeconds, route);
    }

    /// <summary>The documented path of an operation, the pattern of a page.</summary>
    private static string RouteOf(Microsoft.AspNetCore.Http.Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<EndpointDefinition>()?.Route
        ?? (endpoint is RouteEndpoint { RoutePattern.RawText: { } pattern } ? "/" + pattern.TrimStart('/') : NoRoute);
}
