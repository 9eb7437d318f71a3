using Microsoft.AspNetCore.Mvc;
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

    public void OnGet(int status) => Show(status);

    public void OnPost(int status) => Show(status);

    /// <remarks>Asked for by itself, the page is what it looks like: nothing here.</remarks>
    private void Show(int status)
    {
        var isReexecuted = HttpContext.Features.Get<Microsoft.AspNetCore.Diagnostics.IStatusCodeReExecuteFeature>() is not null
            || HttpContext.Features.Get<Microsoft.AspNetCore.Diagnostics.IExceptionHandlerFeature>() is not null;
        Status = isReexecuted ? status : 404;
        Response.StatusCode = Status;
    }
}
