using MediatR;
using Microsoft.AspNetCore.Mvc;
using PacSpace.Features.SharedRecord;

namespace PacSpace.Portal.Pages.Record;

/// <summary>The records of one month, a hundred a page (portal 3.3).</summary>
public sealed class RecordsModel(IMediator sender) : RecordPage(sender)
{
    private const int Rows = 100;

    public LiveRecordRead Live { get; private set; } = null!;

    public RecordTable Table => new(Home, Live.Unit ?? Live.UnitLabel, Live.HasMixedUnits, Live.Records, Live.NextCursor, Live.Period, IsMore: Htmx.Wants(Request));

    public async Task<IActionResult> OnGetAsync()
    {
        var request = new ReadLiveRecord(Record.Caller, Record.CustomerId, Record.VendorAccountId, Query("period"), Rows, Query("cursor"));
        if (!(await Sender.Send(request, HttpContext.RequestAborted)).Accepted(out var live, out var refusal)) return Refused(refusal);
        Live = live;
        return Htmx.Wants(Request) ? Partial("Record/_Rows", Table) : Page();
    }
}
