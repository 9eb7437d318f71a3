using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PacSpace.Features.Pipeline;
using PacSpace.Features.Receipts;
using PacSpace.Features.Sharing;

namespace PacSpace.Portal.Pages;

/// <summary>A receipt for whoever holds its id, as a page and in the frame of a site that the vendor listed (portal 4.1).</summary>
public sealed class ShowReceiptModel(IMediator sender) : PageModel
{
    public PublicReceipt Receipt { get; private set; } = null!;

    /// <summary>Shown in somebody's frame: without header, and links leave it.</summary>
    public bool IsEmbedded => Request.Query["embed"] == "1";

    public string? LinkTarget => IsEmbedded ? "_blank" : null;

    public string? LinkRelation => IsEmbedded ? "noopener noreferrer" : null;

    public async Task<IActionResult> OnGetAsync(string receiptId, CancellationToken ct)
    {
        if (receiptId.StartsWith("0x", StringComparison.Ordinal)) return LocalRedirect($"/verify/{Uri.EscapeDataString(receiptId)}");

        var host = AskedHost.Of(HttpContext);
        if (!(await sender.Send(new GetPublicReceipt(receiptId, "en-US", "UTC", host, IsForPage: true), ct)).Accepted(out var receipt, out var refusal))
            return StatusCode(refusal.Code.Status);

        if ((await sender.Send(new FindEmbedder(receiptId, Request.Headers.Referer), ct)).Accepted(out var embedder, out _) && embedder.Origin is { } origin)
            Framing.Allow(HttpContext, origin);

        Receipt = receipt;
        ViewData["Title"] = $"Receipt, {receipt.Display.Period}";
        ViewData["Vendor"] = ViewData["Heading"] = receipt.RecordedBy.DisplayName;
        ViewData["IsPublic"] = true;
        ViewData["Embedded"] = IsEmbedded;
        ViewData["ShowsPoweredBy"] = host.ShowsPoweredBy;
        return Page();
    }
}
