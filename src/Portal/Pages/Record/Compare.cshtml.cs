using System.Globalization;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using PacSpace.Features.Pipeline;
using PacSpace.Features.SharedRecord;

namespace PacSpace.Portal.Pages.Record;

/// <summary>Two closed periods side by side (portal 3.7). The POST runs a comparison, which the vendor is told; the GET shows it.</summary>
public sealed class CompareModel(IMediator sender) : RecordPage(sender)
{
    private const int MaxPeriods = 1000;

    /// <summary>Every so many days one has its number under it.</summary>
    private const int LabelledDays = 5;

    public IReadOnlyList<PeriodRow> Periods { get; private set; } = [];

    public string? Left { get; private set; }

    public string? Right { get; private set; }

    /// <summary>Null when nothing is compared.</summary>
    public PeriodsCompared? Compared { get; private set; }

    public BarFigure? Picture { get; private set; }

    public string? Problem { get; private set; }

    public bool TakesFocus => Htmx.Wants(Request);

    public async Task<IActionResult> OnGetAsync()
    {
        (Left, Right) = (Query("left"), Query("right"));
        if (await ListAsync() is { } refused) return refused;
        if (Left is null && Right is null)
        {
            // What most people want: the last month beside the one before it.
            if (Periods.Count >= 2) (Left, Right) = (Periods[1].CheckpointId, Periods[0].CheckpointId);
            return Page();
        }

        if (await CompareAsync(isRun: false) is { } refusal) return Refused(refusal);
        return Htmx.Wants(Request) ? Partial("Record/_Comparison", this) : Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        (Left, Right) = (Form["left"] is [{ } left] ? left : null, Form["right"] is [{ } right] ? right : null);
        if (await CompareAsync(isRun: true) is { } refusal) return Refused(refusal);
        var path = $"{Home}/compare?left={Uri.EscapeDataString(Left ?? "")}&right={Uri.EscapeDataString(Right ?? "")}";
        if (Htmx.Wants(Request))
        {
            if (Problem is null) Htmx.PushUrl(Response, path);
            return Partial("Record/_Comparison", this);
        }

        if (Problem is null) return SeeOther(path);
        return await ListAsync() ?? Page();
    }

    /// <summary>Both periods, or the words why not; a refusal that is nobody's choice is given back.</summary>
    private async Task<Refusal?> CompareAsync(bool isRun)
    {
        var request = new ComparePeriods(Record.Caller, Record.CustomerId, Record.VendorAccountId, Left, Right, null, null, isRun, isRun ? Record.Visit : null);
        if ((await Sender.Send(request, HttpContext.RequestAborted)).Accepted(out var compared, out var refusal))
        {
            (Compared, Picture) = (compared, Draw(compared));
            return null;
        }

        if (refusal.Code != RefusalCode.CheckpointNotFound && refusal.Code != RefusalCode.ValidationError) return refusal;
        (Response.StatusCode, Problem) = (refusal.Code.Status, "Choose two closed periods of this record.");
        return null;
    }

    private async Task<IActionResult?> ListAsync()
    {
        var request = new ListPeriods(Record.Caller, Record.CustomerId, Record.VendorAccountId, MaxPeriods, null);
        if (!(await Sender.Send(request, HttpContext.RequestAborted)).Accepted(out var listed, out var refusal)) return Refused(refusal);
        Periods = listed.Periods;
        return null;
    }

    /// <summary>Windows apart stand day beside day, from the first of each; windows that meet stand by their dates.</summary>
    private static BarFigure? Draw(PeriodsCompared compared)
    {
        if (compared.DailyDivergence.Count == 0) return null;
        var (left, right) = (compared.Left, compared.Right);
        var sign = compared.DailyDivergence.All(day => day.LeftNetDelta <= 0 && day.RightNetDelta <= 0) ? -1 : 1;
        var areApart = left.EndDate <= right.StartDate || right.EndDate <= left.StartDate;
        var days = new SortedDictionary<int, (decimal Left, decimal Right)>();
        foreach (var day in compared.DailyDivergence)
        {
            var date = DateTimeOffset.ParseExact(day.Date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            if (!areApart || day.LeftRecordCount > 0) Add(DayOf(date, areApart ? left.StartDate : First(left, right)), sign * day.LeftNetDelta, 0);
            if (!areApart || day.RightRecordCount > 0) Add(DayOf(date, areApart ? right.StartDate : First(left, right)), 0, sign * day.RightNetDelta);
        }

        var count = areApart ? (int)Math.Ceiling(Math.Max((left.EndDate - left.StartDate).TotalDays, (right.EndDate - right.StartDate).TotalDays)) : days.Keys.Max();
        var picture = new BarPicture([.. Enumerable.Range(1, Math.Max(count, days.Keys.Max())).Select(day => new BarColumn(
            day == 1 || day % LabelledDays == 0 ? day.ToString(CultureInfo.InvariantCulture) : "",
            [new Bar(days.GetValueOrDefault(day).Left, BarFill.Solid), new Bar(days.GetValueOrDefault(day).Right, BarFill.Outlined)]))]);
        return new BarFigure(
            "compare-picture", "Recorded per day", "Bars for each day that differs, counted from the first day. The same numbers stand in the table of days.", "compare-text", picture,
            [(BarFill.Solid, PeriodText.Of(left)), (BarFill.Outlined, PeriodText.Of(right))]);

        void Add(int day, decimal ofLeft, decimal ofRight)
        {
            var at = days.GetValueOrDefault(day);
            days[day] = (at.Left + ofLeft, at.Right + ofRight);
        }
    }

    private static DateTimeOffset First(PeriodRow left, PeriodRow right) => left.StartDate < right.StartDate ? left.StartDate : right.StartDate;

    /// <summary>1 for the day on which a window begins.</summary>
    private static int DayOf(DateTimeOffset date, DateTimeOffset start) => (int)(date - new DateTimeOffset(start.UtcDateTime.Date, TimeSpan.Zero)).TotalDays + 1;
}
