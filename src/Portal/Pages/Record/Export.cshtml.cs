using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PacSpace.Features.Documents;
using PacSpace.Features.Pipeline;
using PacSpace.Features.SharedRecord;

namespace PacSpace.Portal.Pages.Record;

/// <summary>The record of a period as a file (portal 3.8). A plain form: what comes back is a download, never a swap.</summary>
public sealed class ExportModel(IMediator sender) : RecordPage(sender)
{
    /// <summary>Also of the period's own bundle (3.5).</summary>
    public const string Damaged = "No proof can be given: a stored record no longer matches its proof.";

    private const int MaxPeriods = 1000;

    public static IReadOnlyList<(string Format, string Words)> Formats { get; } = [("csv", "CSV"), ("json", "JSON"), ("pdf", "PDF"), ("bundle", "Bundle")];

    /// <summary>The open month.</summary>
    public LiveRecordRead Current { get; private set; } = null!;

    public IReadOnlyList<PeriodRow> Closed { get; private set; } = [];

    public string Format { get; private set; } = Formats[0].Format;

    /// <summary>The closed period that is chosen; null for the open month.</summary>
    public string? CheckpointId { get; private set; }

    /// <summary>Why there is no file.</summary>
    public string? Problem { get; private set; }

    public async Task<IActionResult> OnGetAsync()
    {
        CheckpointId = Query("checkpointId");
        return await ShowAsync();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        Format = One("format") ?? "";
        CheckpointId = One("checkpointId");

        // The form names the open month beside the choice, so that one begun before midnight of its last day means what it showed.
        var period = CheckpointId is null ? One("period") : null;
        var request = new ExportRecord(Record.Caller, Record.CustomerId, Record.VendorAccountId, Format, period, CheckpointId, Record.Visit);
        if (!(await Sender.Send(request, HttpContext.RequestAborted)).Accepted(out var file, out var refusal)) return await NoFileAsync(refusal);
        await using (file)
        {
            Response.ContentType = file.ContentType;
            Response.ContentLength = file.Length;
            Response.Headers.ContentDisposition = $"attachment; filename=\"{file.FileName}\"";
            await file.WriteAsync(Response.BodyWriter, HttpContext.RequestAborted);
        }

        return new EmptyResult();

        string? One(string name) => Form[name] is [{ Length: > 0 } one] ? one : null;
    }

    private async Task<IActionResult> NoFileAsync(Refusal refusal)
    {
        var (status, words) = refusal switch
        {
            { Details: [{ Message: ExportRecord.NoCheckpoint }] } when refusal.Code == RefusalCode.ProofUnavailable => (StatusCodes.Status400BadRequest, "A bundle is available for closed periods."),
            _ when refusal.Code == RefusalCode.ProofUnavailable => (refusal.Code.Status, Damaged),
            _ when refusal.Code == RefusalCode.ServiceUnavailable && Format == "pdf" =>
                (refusal.Code.Status, "The PDF could not be made now. CSV, JSON and Bundle are available."),
            _ when refusal.Code == RefusalCode.CheckpointNotFound => (refusal.Code.Status, "Choose a period of this record."),
            _ when refusal.Code == RefusalCode.ValidationError => (refusal.Code.Status, "Choose a format and a period."),
            _ => (0, ""),
        };
        if (status == 0) return Refused(refusal);
        Problem = words;
        if (await ShowAsync() is not PageResult page) return Refused(refusal);
        Refused(refusal);
        Response.StatusCode = status;
        return page;
    }

    private async Task<IActionResult> ShowAsync()
    {
        var list = new ListPeriods(Record.Caller, Record.CustomerId, Record.VendorAccountId, MaxPeriods, null);
        if (!(await Sender.Send(list, HttpContext.RequestAborted)).Accepted(out var listed, out var refusal)) return Refused(refusal);
        var month = new ReadLiveRecord(Record.Caller, Record.CustomerId, Record.VendorAccountId, null, 1, null);
        if (!(await Sender.Send(month, HttpContext.RequestAborted)).Accepted(out var current, out refusal)) return Refused(refusal);
        (Closed, Current) = (listed.Periods, current);
        return Page();
    }
}
