using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PacSpace.Features.Display;
using PacSpace.Features.Log;
using PacSpace.Features.Pipeline;
using PacSpace.Features.Verification;

namespace PacSpace.Portal.Pages;

/// <summary>What is known of a root, for whoever holds it (portal 4.2): the form, and each of its four results.</summary>
public sealed class ShowRootModel(IMediator sender) : PageModel
{
    private const string Home = "/verify";

    /// <summary>What an unknown value is most likely meant for.</summary>
    private const string UsualEnvironment = "production";

    /// <summary>As it stands in the path; null on the blank form.</summary>
    public string? Value { get; private set; }

    /// <summary>Null when nothing is known under the value, and on the blank form.</summary>
    public RootVerified? Root { get; private set; }

    /// <summary>What is wrong with the field.</summary>
    public string? Error { get; private set; }

    public string VerifierKey { get; private set; } = "";

    public string Environment => Root?.Environment ?? UsualEnvironment;

    /// <summary>Of what was found, or of the host; null where neither says.</summary>
    public string? KnownVendor => Root?.RecordedBy?.DisplayName ?? AskedHost.Of(HttpContext).VendorName;

    public string Vendor => KnownVendor ?? "the vendor";

    public string Heading => this switch
    {
        { Value: null } => "Verify a proof",
        { Root: null } => "Not known here",
        { Root.Verified: true } => RecordWords.ProofAvailable,
        _ => Root.Message!,
    };

    public string Title => Heading.TrimEnd('.');

    public string Covers => Root switch
    {
        { Type: "checkpoint", StartDate: { } start, EndDate: { } end } => $"A closed period: {RecordWords.Period(start, end)}",
        { Type: "block" } => "A block of the log",
        _ => "A submission",
    };

    /// <summary>Where a machine asks the same, on the host that the visitor is on.</summary>
    public string MachinePath => $"/api/v1/verify/{Uri.EscapeDataString(Root?.ProofRoot ?? Value ?? "")}";

    public string LogPath => $"/log/{Environment}";

    /// <summary>What the visitor's browser can check of it; null when it is not in the log.</summary>
    public CheckProof? Check => Root switch
    {
        { Verified: true, Type: "checkpoint", Verification.LogIndex: { } index } => CheckProof.OfRoot(Vendor, Environment, Root.ProofRoot, index),
        { Verified: true, Verification: { LogIndex: { } index, VerificationReference: { } block } } => CheckProof.OfBlock(Vendor, Environment, block, index),
        _ => null,
    };

    public async Task<IActionResult> OnGetAsync(string? proofRoot, CancellationToken ct)
    {
        if (proofRoot is null && Request.Query["value"] is [{ } asked]) return Ask(asked);

        Value = proofRoot;
        if (Value is not null) await FindAsync(Value, ct);
        if (!Htmx.Wants(Request)) return Whole();
        Htmx.PushUrl(Response, Request.Path);
        return Partial("Verify/_Root", this);
    }

    /// <summary>To the address of the value. Values hold no blanks: what came along from an invoice is left out.</summary>
    private IActionResult Ask(string asked)
    {
        var value = string.Concat(asked.Where(c => !char.IsWhiteSpace(c)));
        if (value.Trim('.').Length > 0)
        {
            Response.Headers.Location = $"{Home}/{Uri.EscapeDataString(value)}";
            return StatusCode(StatusCodes.Status303SeeOther);
        }

        (Response.StatusCode, Error) = (StatusCodes.Status400BadRequest, "Enter a receipt id, a proof root or a verification reference.");
        if (!Htmx.Wants(Request)) return Whole();
        Htmx.Retarget(Response, "#lookup");
        return Partial("Verify/_Lookup", this);
    }

    private async Task FindAsync(string value, CancellationToken ct)
    {
        if ((await sender.Send(new VerifyRoot(value, "db", AskedHost.Of(HttpContext), IsForPage: true), ct)).Accepted(out var root, out var refusal)) Root = root;
        else Response.StatusCode = refusal.Code.Status;

        if ((await sender.Send(new ReadVerifierKeys(Environment), ct)).Accepted(out var keys, out _)) VerifierKey = keys.Text.Split('\n')[0];
    }

    private PageResult Whole()
    {
        var host = AskedHost.Of(HttpContext);
        ViewData["Title"] = Title;
        ViewData["Vendor"] = KnownVendor;
        ViewData["Heading"] = host.VendorName;
        ViewData["IsPublic"] = true;
        ViewData["ShowsPoweredBy"] = host.ShowsPoweredBy;
        return Page();
    }
}
