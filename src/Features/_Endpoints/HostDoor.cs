using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Endpoints;

/// <summary>Which host was asked, before anything is routed (portal 4.3). A name that is nobody's is answered 404 without content;
/// on a branded host machines find the public routes alone.</summary>
/// <remarks>An address is no name: whoever asks it stands on the machine or inside its network and gets the default host. The
/// routes of the service answer to names without a dot as well, by which proxies and scrapers know a node.</remarks>
internal sealed class HostDoor(RequestDelegate next, PublicAddress address, BrandedHosts hosts, RateLimits limits)
{
    private static readonly PathString[] s_ofService = ["/healthz", "/readyz", "/metrics"];
    private static readonly PathString[] s_onBrandedHosts = ["/api/v1/verify", "/api/v1/receipt", "/log"];

    public Task InvokeAsync(HttpContext http) =>
        address.Host == http.Request.Host.Value || IsDefault(http.Request) ? next(http) : LookUpAsync(http);

    private bool IsDefault(HttpRequest request)
    {
        var name = request.Host.Host;
        return name.Length == 0 || IPAddress.TryParse(name, out _) || name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || address.IsDefaultHost(request.Host.Value!)
            || (!name.Contains('.', StringComparison.Ordinal) && IsUnder(s_ofService, request.Path));
    }

    private async Task LookUpAsync(HttpContext http)
    {
        if (limits.MayNameHost(http) is { } refusal)
        {
            http.Response.Headers.RetryAfter = refusal.RetryAfterSeconds!.Value.ToString(CultureInfo.InvariantCulture);
            AnswerEmpty(http, StatusCodes.Status429TooManyRequests);
            return;
        }

        if (await hosts.FindAsync(http.Request.Host.Host.ToLowerInvariant(), http.RequestAborted) is not { } found)
        {
            limits.CountUnknownHost(http);
            AnswerEmpty(http, StatusCodes.Status404NotFound);
            return;
        }

        http.Features.Set(AskedHost.Branded(found));
        if (OuterDoor.IsForMachines(http.Request.Path) && !IsUnder(s_onBrandedHosts, http.Request.Path))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await next(http);
    }

    /// <summary>Kept by nobody: the name may be somebody's soon.</summary>
    private static void AnswerEmpty(HttpContext http, int status)
    {
        (http.Response.StatusCode, http.Response.ContentLength) = (status, 0);
        http.Response.Headers.CacheControl = "no-store";
    }

    private static bool IsUnder(PathString[] prefixes, PathString path)
    {
        foreach (var prefix in prefixes) if (path.StartsWithSegments(prefix)) return true;
        return false;
    }
}
