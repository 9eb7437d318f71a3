using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Net.Http.Headers;
using PacSpace.Features;

namespace PacSpace.Portal;

/// <summary>What every page carries, and what people see when there is none. Machines get neither.</summary>
internal static class PageAnswers
{
    private const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; " +
        "object-src 'none'; frame-ancestors ";

    public static void UsePages(this IApplicationBuilder app) => app.UseWhen(http => !PacSpaceFeatures.IsForMachines(http.Request.Path), pages =>
    {
        pages.Use((http, next) =>
        {
            http.Response.OnStarting(AddHeaders, http);
            return next(http);
        });
        pages.UseExceptionHandler("/error/500");
        pages.UseStatusCodePagesWithReExecute("/error/{0}");
        pages.UseBrandedHosts();
        pages.UseCustomerLimits();
    });

    /// <remarks>Set when the answer starts, because an error page begins by clearing what was there.</remarks>
    private static Task AddHeaders(object state)
    {
        var http = (HttpContext)state;
        var headers = http.Response.Headers;
        headers[HeaderNames.ContentSecurityPolicy] = ContentSecurityPolicy + Framing.AncestorsOf(http);
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (CustomerPaths.Contain(http.Request.Path) || http.Response.StatusCode >= StatusCodes.Status400BadRequest) headers["X-Robots-Tag"] = "noindex";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        headers["X-Request-Id"] = http.TraceIdentifier;
        if (http.Request.IsHttps) headers[HeaderNames.StrictTransportSecurity] = "max-age=31536000";
        if (IsErrorPage(http) || !headers.ContainsKey(HeaderNames.CacheControl)) headers[HeaderNames.CacheControl] = "no-store";
        return Task.CompletedTask;
    }

    /// <summary>Shown in the place of what was asked for.</summary>
    public static bool IsErrorPage(HttpContext http) =>
        http.Features.Get<IStatusCodeReExecuteFeature>() is not null || http.Features.Get<IExceptionHandlerPathFeature>() is not null;
}
