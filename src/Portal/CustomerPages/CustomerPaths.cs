using System.Globalization;
using Microsoft.Net.Http.Headers;
using PacSpace.Features;
using PacSpace.Features.Pipeline;

namespace PacSpace.Portal;

/// <summary>The pages that a customer, or anybody with a receipt, opens: where they are, and what a robot is told.</summary>
internal static class CustomerPaths
{
    private static readonly PathString[] s_prefixes = ["/c", "/receipt", "/verify"];

    public static bool Contain(PathString path)
    {
        foreach (var prefix in s_prefixes) if (path.StartsWithSegments(prefix)) return true;
        return false;
    }

    /// <summary>A branded host has these pages and what they are made of, and nothing else (portal 4.3).</summary>
    public static void UseBrandedHosts(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (!AskedHost.Of(http).IsBranded || IsOnBrandedHosts(http)) return next(http);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });

    /// <summary>The limit of 1.13 per client address, before anything else is done.</summary>
    public static void UseCustomerLimits(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (!Contain(http.Request.Path) || PacSpaceFeatures.TakeFromPublicLimit(http) is not { } seconds) return next(http);
        http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    });

    private static bool IsOnBrandedHosts(HttpContext http) =>
        Contain(http.Request.Path) || http.Request.Path.StartsWithSegments("/assets") || http.Request.Path == "/robots.txt"
        || PageAnswers.IsErrorPage(http);

    public static void MapRobots(this IEndpointRouteBuilder routes) => routes.MapMethods("/robots.txt", [HttpMethods.Get, HttpMethods.Head], http =>
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers[HeaderNames.CacheControl] = "public, max-age=3600";
        return http.Response.WriteAsync($"User-agent: *\n{string.Concat(s_prefixes.Select(prefix => $"Disallow: {prefix}/\n"))}", http.RequestAborted);
    });
}
