using MediatR;
using Microsoft.AspNetCore.Mvc;
using PacSpace.Features.SharedRecord;

namespace PacSpace.Portal.Pages.Record;

/// <summary>The current month and the closed periods, newest first (portal 3.4).</summary>
public sealed class PeriodsModel(IMediator sender) : RecordPage(sender)
{
    private const int Rows = 24;

    /// <summary>The open month; null on later pages, which go on below it.</summary>
    public LiveRecordRead? Current { get; private set; }

    public PeriodsListed Closed { get; private set; } = null!;

    public bool IsMore => Current is null;

    public string MorePath => $"{Home}/periods?cursor={Uri.EscapeDataString(Closed.NextCursor ?? "")}";

    public async Task<IActionResult> OnGetAsync()
    {
        var cursor = Query("cursor");
        var list = new ListPeriods(Record.Caller, Record.CustomerId, Record.VendorAccountId, Rows, cursor);
        if (!(await Sender.Send(list, HttpContext.RequestAborted)).Accepted(out var closed, out var refusal)) return Refused(refusal);
        Closed = closed;
        if (cursor is null)
        {
            var month = new ReadLiveRecord(Record.Caller, Record.CustomerId, Record.VendorAccountId, null, 1, null);
            if (!(await Sender.Send(month, HttpContext.RequestAborted)).Accepted(out var current, out refusal)) return Refused(refusal);
            Current = current;
        }

        return Htmx.Wants(Request) ? Partial("Record/_PeriodRows", this) : Page();
    }
}
