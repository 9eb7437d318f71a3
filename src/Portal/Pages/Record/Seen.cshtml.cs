using MediatR;
using Microsoft.AspNetCore.Mvc;
using PacSpace.Features.SharedRecord;

namespace PacSpace.Portal.Pages.Record;

/// <summary>The page says that a person is there (portal 3.1). Without scripts nobody does.</summary>
public sealed class SeenModel(IMediator sender) : RecordPage(sender)
{
    protected override bool NeedsInnerTier => false;

    public IActionResult OnGet() => NotFound();

    public async Task<IActionResult> OnPostAsync() =>
        (await Sender.Send(new MarkSeen(Visitor, Handle), HttpContext.RequestAborted)).Accepted(out _, out var refusal) ? StatusCode(StatusCodes.Status204NoContent) : Refused(refusal);
}
