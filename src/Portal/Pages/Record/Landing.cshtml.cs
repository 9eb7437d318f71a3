using MediatR;
using Microsoft.AspNetCore.Mvc;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Features.SharedRecord;

namespace PacSpace.Portal.Pages.Record;

/// <summary>What the link on the invoice opens (portal 3.1): a page, its refreshed part, and a JSON form for machines.</summary>
public sealed class LandingModel(IMediator sender) : RecordPage(sender)
{
    private const int Rows = 10;
    private const int MaxRows = 100;

    /// <summary>Null where not even the total may be seen.</summary>
    public LiveRecordRead? Live { get; private set; }

    public int RecentCount => (int)Math.Min(Live?.RecordCount ?? 0, Rows);

    protected override bool NeedsInnerTier => false;

    protected override bool TellsRevoked => WantsJson;

    private bool WantsJson =>
        Request.Headers.Accept.ToString() is var accept && accept.Contains("application/json", StringComparison.OrdinalIgnoreCase)
        && !accept.Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public async Task<IActionResult> OnGetAsync()
    {
        if (Record.Tier != RecordTier.None)
        {
            // A page that refreshes itself asks for as many rows as it shows, so that the state of each stays true.
            var rows = int.TryParse(Query("rows"), out var shown) ? Math.Clamp(shown, Rows, MaxRows) : Rows;
            var request = new ReadLiveRecord(Record.Caller, Record.CustomerId, Record.VendorAccountId, null, rows, null);
            if (!(await Sender.Send(request, HttpContext.RequestAborted)).Accepted(out var live, out var refusal)) return Refused(refusal);
            Live = live;
        }

        if (WantsJson)
        {
            await MachineAnswers.WriteAsync(HttpContext, SharedRecordJson.Of(Record, Live, RecentCount));
            return new EmptyResult();
        }

        return Htmx.Wants(Request) ? Partial("Record/_Live", this) : Page();
    }

    protected override async Task<IActionResult> NotOpenedAsync(Refusal refusal)
    {
        if (!WantsJson) return await base.NotOpenedAsync(refusal);
        await MachineAnswers.WriteAsync(HttpContext, refusal);
        return new EmptyResult();
    }
}

/// <summary>The JSON form of the landing page: what may not be seen is null or empty.</summary>
public sealed record SharedRecordJson(
    bool Locked, string Policy, VendorTenant Tenant, RecordedBy RecordedBy, string? Period, DateTimeOffset? StartDate, DateTimeOffset? EndDate, string? Unit,
    long? RecordCount, decimal? RecordedAmount, DateTimeOffset? VerifiedThroughAt, LiveRecordLabels? Labels, int? RecentRecordCount,
    IReadOnlyList<RecordRow>? Records, DateTimeOffset? AsOf)
{
    internal static SharedRecordJson Of(RecordOpened record, LiveRecordRead? live, int recentCount) => new(
        record.IsLocked, record.Policy, record.Tenant, record.RecordedBy, live?.Period, live?.StartDate, live?.EndDate, live?.Unit, live?.RecordCount,
        live?.RecordedAmount, live?.VerifiedThroughAt, live?.Labels, live is null ? null : recentCount, live is null ? null : record.IsLocked ? [] : live.Records, live?.AsOf);
}
