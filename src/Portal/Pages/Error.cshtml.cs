using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace PacSpace.Portal.Pages;

/// <summary>What people see when there is no page, or the page failed. Says no more than the request id.</summary>
[IgnoreAntiforgeryToken]
public sealed class ErrorModel : PageModel
{
    public int Status { get; private set; }

    public string RequestId => HttpContext.TraceIdentifier;

    public string Heading => Status switch
    {
        404 => "Nothing here",
        405 => "Not this way",
        503 => "Not at the moment",
        >= 500 => "Something went wrong",
        _ => "That did not work",
    };

    public string Text => Status switch
    {
        404 => "There is no page under this address.",
        405 => "This address cannot be called like that.",
        503 => "The service is not available right now. Please try again in a moment.",
        >= 500 => "The page could not be shown. It is our fault, not yours.",
        _ => "The request could not be answered.",
    };

    /// <remarks>Whatever the method was. Asked for by itself, the page is what it looks like: nothing here.</remarks>
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        var isReexecuted = HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is not null || HttpContext.Features.Get<IExceptionHandlerFeature>() is not null;
        Status = isReexecuted && int.TryParse(RouteData.Values["status"] as string, CultureInfo.InvariantCulture, out var status) ? status : 404;
        Response.StatusCode = Status;
    }
}
