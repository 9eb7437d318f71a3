using MediatR;
using Microsoft.AspNetCore.Mvc;
using PacSpace.Features.SharedRecord;

namespace PacSpace.Portal.Pages.Record;

/// <summary>"Close this record" (portal 3.9).</summary>
public sealed class CloseModel(IMediator sender) : RecordPage(sender)
{
    protected override bool NeedsInnerTier => false;

    public IActionResult OnGet() => SeeOther(Home);

    public async Task<IActionResult> OnPostAsync() =>
        (await Sender.Send(new CloseRecord(Visitor, Handle), HttpContext.RequestAborted)).Accepted(out _, out var refusal) ? SeeOther(Home) : Refused(refusal);
}
