using System.Globalization;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using PacSpace.Features.SharedRecord;

namespace PacSpace.Portal.Pages.Record;

/// <summary>The code form (portal 3.2), a page of its own and the part <c>#unlock</c> of the landing page.</summary>
public sealed class UnlockModel(IMediator sender) : RecordPage(sender)
{
    /// <summary>Why the last code was not taken; null for a fresh form.</summary>
    public string? Error { get; private set; }

    /// <summary>Where to after it; below this link.</summary>
    public string Next { get; private set; } = "";

    protected override bool NeedsInnerTier => false;

    public IActionResult OnGet()
    {
        Next = Below(Query("next"));
        return Record.IsLocked ? Page() : SeeOther(Home);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        Next = Below(Form["next"]);
        var outcome = await Sender.Send(new UnlockRecord(Visitor, Handle, Form["code"]), HttpContext.RequestAborted);
        if (!outcome.Accepted(out var result, out var refusal)) return Refused(refusal);
        switch (result)
        {
            case UnlockResult.Opened opened:
                Visitors.Keep(HttpContext, opened);
                return Go(Next);
            case UnlockResult.AlreadyOpen:
                return Go(Home);
            case UnlockResult.Malformed:
                return Again(StatusCodes.Status400BadRequest, "The code has six characters.");
            case UnlockResult.Wrong:
                return Again(StatusCodes.Status403Forbidden, "That code does not match. Check the six characters on your invoice.");
            case UnlockResult.MustWait waiting:
                Response.Headers.RetryAfter = waiting.Seconds.ToString(CultureInfo.InvariantCulture);
                return Again(StatusCodes.Status429TooManyRequests, string.Create(CultureInfo.InvariantCulture, $"Too many attempts. Try again in {waiting.Seconds} seconds."));
            case UnlockResult.Exhausted exhausted:
                return Again(StatusCodes.Status403Forbidden, $"This code can no longer be entered. Ask {exhausted.VendorName} for a new one.");
            default:
                throw new InvalidOperationException($"No page is known for {result}.");
        }
    }

    private IActionResult Go(string path)
    {
        if (!Htmx.Wants(Request)) return SeeOther(path);
        Htmx.Redirect(Response, path);
        return StatusCode(StatusCodes.Status204NoContent);
    }

    private IActionResult Again(int status, string error)
    {
        (Response.StatusCode, Error) = (status, error);
        return Htmx.Wants(Request) ? Partial("Record/_CodeForm", new CodeForm(Home, Next, error)) : Page();
    }

    /// <summary>A path below this link and nothing else: what points elsewhere is ignored. Browsers read an escaped dot as a dot and
    /// a backslash as a slash.</summary>
    private string Below(string? next) =>
        next is not null && next.StartsWith($"{Home}/", StringComparison.Ordinal) && next.All(c => c is > ' ' and < '\u007f' and not '\\')
        && next.Split('?')[0] is var path && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("..", StringComparison.Ordinal)
        && !path.Contains("%2e", StringComparison.OrdinalIgnoreCase) ? next : Home;
}

/// <param name="Error">Why the last code was not taken.</param>
public sealed record CodeForm(string Home, string Next, string? Error = null);
