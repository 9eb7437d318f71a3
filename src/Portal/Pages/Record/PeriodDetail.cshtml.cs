using MediatR;
using Microsoft.AspNetCore.Mvc;
using PacSpace.Features.Pipeline;
using PacSpace.Features.Receipts;
using PacSpace.Features.SharedRecord;

namespace PacSpace.Portal.Pages.Record;

/// <summary>One closed period with its records (portal 3.5), and its bundle for the check in the browser.</summary>
public sealed class PeriodDetailModel(IMediator sender) : RecordPage(sender)
{
    private const int Rows = 100;

    /// <summary>What a browser checks; a larger bundle is for the verifier.</summary>
    private const long MaxCheckedRecords = 50_000;

    /// <summary>Null: there is no such period of this customer.</summary>
    public PeriodRead? Period { get; private set; }

    /// <summary>The rows go on where others ended.</summary>
    public bool IsMore { get; private set; }

    public string Path => $"{Home}/periods/{Period?.CheckpointId}";

    public string MorePath => $"{Path}?cursor={Uri.EscapeDataString(Period?.NextCursor ?? "")}";

    /// <summary>The records differ in their units, so each says its own.</summary>
    public bool HasMixedUnits => Period?.Records.Any(record => record.Unit != Period.Unit) == true;

    public async Task<IActionResult> OnGetAsync(string checkpointId)
    {
        var cursor = Query("cursor");
        if (!(await ReadAsync(checkpointId, Rows, cursor)).Accepted(out var period, out var refusal)) return NotShown(refusal);
        (Period, IsMore) = (period, cursor is not null);
        return Htmx.Wants(Request) ? Partial("Record/_PeriodRecords", this) : Page();
    }

    /// <remarks>For the script of <c>_CheckProof</c> alone, so a refusal is plain text. Nobody downloads anything: no event.</remarks>
    public async Task<IActionResult> OnPostBundleAsync(string checkpointId)
    {
        if (!(await ReadAsync(checkpointId, 1, null)).Accepted(out var period, out var refusal)) return NotShown(refusal);
        if (period.RecordCount > MaxCheckedRecords) return Conflict("Download the bundle and check it with the verifier.");
        var outcome = await Sender.Send(new GetReceiptBundle(Record.Caller, period.CheckpointId, Metadata: false), HttpContext.RequestAborted);
        if (!outcome.Accepted(out var bundle, out refusal))
            return refusal.Code == RefusalCode.ProofUnavailable ? Conflict(ExportModel.Damaged) : Refused(refusal);

        await using (bundle)
        {
            Response.ContentType = "application/json";
            Response.ContentLength = bundle.Length;
            await bundle.WriteAsync(Response.BodyWriter, HttpContext.RequestAborted);
        }

        return new EmptyResult();
    }

    private Task<Outcome<PeriodRead>> ReadAsync(string checkpointId, int rows, string? cursor) =>
        Sender.Send(new ReadPeriod(Record.Caller, Record.CustomerId, Record.VendorAccountId, checkpointId, rows, cursor), HttpContext.RequestAborted);

    private static ContentResult Conflict(string words) => new() { StatusCode = StatusCodes.Status409Conflict, ContentType = "text/plain; charset=utf-8", Content = words };

    private IActionResult NotShown(Refusal refusal)
    {
        if (refusal.Code != RefusalCode.CheckpointNotFound || Htmx.Wants(Request)) return Refused(refusal);
        Response.StatusCode = StatusCodes.Status404NotFound;
        return Page();
    }
}
