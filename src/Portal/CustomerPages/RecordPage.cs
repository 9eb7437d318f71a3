using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PacSpace.Features.Pipeline;
using PacSpace.Features.SharedRecord;

namespace PacSpace.Portal;

/// <summary>A page of one Shared Record: the link is opened before anything else runs, and a page that needs the inner tier is
/// not reached without it (portal 3).</summary>
public abstract class RecordPage(IMediator sender) : PageModel
{
    /// <summary>Canonical.</summary>
    public string Handle { get; private set; } = "";

    public RecordOpened Record { get; private set; } = null!;

    /// <summary>Who wrote the record, as the customer knows them.</summary>
    public string Vendor => Record.RecordedBy.DisplayName;

    public string Home => $"/c/{Handle}";

    protected IMediator Sender => sender;

    protected Visitor Visitor { get; private set; } = null!;

    /// <summary>What was posted; empty when no form came.</summary>
    protected IFormCollection Form { get; private set; } = FormCollection.Empty;

    /// <summary>False for the landing page, the code form and what they post.</summary>
    protected virtual bool NeedsInnerTier => true;

    /// <summary>True for a form that tells a revoked link from one that never was.</summary>
    protected virtual bool TellsRevoked => false;

    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var spelled = (string)RouteData.Values["handle"]!;
        if (!HandleSpelling.TryCanonical(spelled, out var handle))
        {
            context.Result = NotFound();
            return;
        }

        Handle = handle;
        if (handle != spelled)
        {
            // Written anew from its text: what was decoded on the way in can stand in no header.
            var rest = Request.Path.Value!["/c/".Length..][spelled.Length..];
            Response.Headers.Location = $"{new PathString(Home + rest).ToUriComponent()}{Request.QueryString}";
            context.Result = StatusCode(StatusCodes.Status308PermanentRedirect);
            return;
        }

        if (HttpMethods.IsPost(Request.Method) && !SameOriginPosts.Allows(Request))
        {
            context.Result = StatusCode(StatusCodes.Status403Forbidden);
            return;
        }

        Visitor = Visitors.Of(HttpContext);
        if (!(await sender.Send(new OpenRecord(Visitor, handle, TellsRevoked), HttpContext.RequestAborted)).Accepted(out var record, out var refusal))
        {
            context.Result = await NotOpenedAsync(refusal);
            return;
        }

        Record = record;
        ViewData["Vendor"] = Vendor;
        ViewData["Home"] = Home;
        ViewData["ShowsPoweredBy"] = record.ShowsPoweredBy;
        if (NeedsInnerTier && record.IsLocked)
        {
            context.Result = Locked();
            return;
        }

        if (await ReadFormAsync() is { } status)
        {
            context.Result = StatusCode(status);
            return;
        }

        await next();
    }

    /// <summary>The link leads nowhere (any more), or not now.</summary>
    protected virtual Task<IActionResult> NotOpenedAsync(Refusal refusal)
    {
        if (refusal.Code.Status == StatusCodes.Status404NotFound && Htmx.Wants(Request)) Htmx.Redirect(Response, Home);
        return Task.FromResult(Refused(refusal));
    }

    /// <summary>The status alone; what people read is made by the error page.</summary>
    protected IActionResult Refused(Refusal refusal)
    {
        if (refusal.RetryAfterSeconds is { } seconds) Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return StatusCode(refusal.Code.Status);
    }

    /// <summary>The status to answer with when what came cannot be read as a form; null otherwise.</summary>
    private async Task<int?> ReadFormAsync()
    {
        if (!Request.HasFormContentType) return null;
        try
        {
            Form = await Request.ReadFormAsync(HttpContext.RequestAborted);
            return null;
        }
        catch (BadHttpRequestException bad)
        {
            return bad.StatusCode;
        }
        catch (InvalidDataException)
        {
            return StatusCodes.Status400BadRequest;
        }
    }

    /// <summary>To the code form, and from there back here.</summary>
    private IActionResult Locked()
    {
        var form = $"{Home}/unlock?next={Uri.EscapeDataString(HttpMethods.IsPost(Request.Method) ? Home : $"{Request.Path}{Request.QueryString}")}";
        if (!Htmx.Wants(Request)) return SeeOther(form);
        Htmx.Redirect(Response, form);
        return StatusCode(StatusCodes.Status401Unauthorized);
    }

    /// <summary>303: the answer is another page, to be asked for with GET.</summary>
    protected IActionResult SeeOther(string path)
    {
        Response.Headers.Location = path;
        return StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>A query value as it was given; null when it is absent or given twice.</summary>
    protected string? Query(string name) => Request.Query[name] is [{ } one] ? one : null;
}
