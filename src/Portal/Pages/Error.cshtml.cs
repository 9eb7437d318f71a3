using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PacSpace.Features.Pipeline;

namespace PacSpace.Portal.Pages;

/// <summary>What people see when there is no page, or the page failed. Says no more than the request id, and to a customer
/// nothing that depends on whose link it was (portal 3.10).</summary>
public sealed class ErrorModel : PageModel
{
    private string _path = "";

    public int Status { get; private set; }

    public string RequestId => HttpContext.TraceIdentifier;

    public bool IsForCustomers => CustomerPaths.Contain(_path) || AskedHost.Of(HttpContext).IsBranded;

    public bool IsFragment => Htmx.Wants(Request);

    public string Heading => Status switch
    {
        404 when IsUnder("/c") => "This link is not available",
        404 when IsUnder("/receipt") => "This receipt is not available.",
        404 => "Nothing here",
        405 => "Not this way",
        429 => "Too many requests",
        503 => "Not at the moment",
        >= 500 when IsForCustomers => "Not at the moment",
        >= 500 => "Something went wrong",
        _ => "That did not work",
    };

    public string Text => Status switch
    {
        404 when IsUnder("/c") => "Ask the sender of your invoice for a current link.",
        404 when IsUnder("/receipt") => "The address may have been cut off when it was copied.",
        400 => "Something in this address or form cannot be read. Go back and try again.",
        403 => "This was sent from another site. Open the page here and try again.",
        404 => "There is no page under this address.",
        405 => "This address cannot be called like that.",
        429 => $"Too many requests. Try again in {Response.Headers.RetryAfter} seconds.",
        >= 500 when IsForCustomers => "This page could not be shown. Try again in a moment.",
        503 => "The service is not available right now. Please try again in a moment.",
        >= 500 => "The page could not be shown. It is our fault, not yours.",
        _ => "The request could not be answered.",
    };

    /// <remarks>Whatever the method was. Asked for by itself, the page is what it looks like: nothing here.</remarks>
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        var status = HttpContext.Features.Get<IStatusCodeReExecuteFeature>();
        var failure = HttpContext.Features.Get<IExceptionHandlerPathFeature>();
        _path = failure?.Path ?? status?.OriginalPath ?? "";
        var isReexecuted = status is not null || failure is not null;
        Status = isReexecuted && int.TryParse(RouteData.Values["status"] as string, CultureInfo.InvariantCulture, out var code) ? code : 404;
        Response.StatusCode = Status;
        ViewData.Clear(); // nothing of the page that failed
    }

    private bool IsUnder(string prefix) => new PathString(_path).StartsWithSegments(prefix);
}
