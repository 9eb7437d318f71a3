using MediatR;
using Microsoft.AspNetCore.Mvc;
using PacSpace.Features.Balance;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Display;
using PacSpace.Features.Pipeline;

namespace PacSpace.Portal.Pages.Record;

/// <summary>Verified periods over a range, and what they leave uncovered (portal 3.6).</summary>
public sealed class TimelineModel(IMediator sender) : RecordPage(sender)
{
    private const int Rows = 1000;
    private const string Start = "startDate";

    /// <summary>Null when the range is none.</summary>
    public TimelineRead? Timeline { get; private set; }

    public BarFigure? Picture { get; private set; }

    /// <summary>As they were sent, or those of the range that is shown.</summary>
    public (string? Start, string? End) Dates { get; private set; }

    /// <summary>Why there is no range.</summary>
    public string? Problem { get; private set; }

    public bool IsStartWrong { get; private set; }

    /// <summary>This stands in the place of what was asked from, so focus comes here.</summary>
    public bool TakesFocus => Htmx.Wants(Request);

    /// <summary>Points, and between them what is not covered, by where they begin.</summary>
    public IEnumerable<(CheckpointPoint? Point, TimelineGap? Gap)> Lines => Timeline is null ? [] :
        Timeline.Points.Select(point => (point.StartDate, Point: (CheckpointPoint?)point, Gap: (TimelineGap?)null))
            .Concat(Timeline.Gaps.Select(gap => (gap.StartDate, Point: (CheckpointPoint?)null, Gap: (TimelineGap?)gap)))
            .OrderBy(line => line.StartDate).Select(line => (line.Point, line.Gap));

    public async Task<IActionResult> OnGetAsync()
    {
        Dates = (Given(Start), Given("endDate"));
        var request = new ReadTimeline(Record.Caller, Record.CustomerId, new ScopeFields(null, null, Dates.Start, Dates.End), Record.VendorAccountId, Rows, null);
        if ((await Sender.Send(request, HttpContext.RequestAborted)).Accepted(out var timeline, out var refusal))
        {
            if (!(await MonthsAsync(timeline)).Accepted(out var months, out refusal)) return Refused(refusal);
            (Timeline, Picture) = (timeline, Draw(timeline, months));
            Dates = (PeriodText.Field(timeline.StartDate), PeriodText.Field(timeline.EndDate));
        }
        else if (refusal.Code.Status == StatusCodes.Status400BadRequest)
        {
            Response.StatusCode = StatusCodes.Status400BadRequest;
            IsStartWrong = refusal.Details[0].Field == Start;
            Problem = WordsOf(refusal);
        }
        else
        {
            return Refused(refusal);
        }

        return Htmx.Wants(Request) ? Partial("Record/_Timeline", this) : Page();
    }

    /// <summary>An empty field was not sent.</summary>
    private string? Given(string name) => Query(name) is { Length: > 0 } text ? text : null;

    private Task<Outcome<BalanceDerived>> MonthsAsync(TimelineRead timeline) => Sender.Send(
        new DeriveBalance(
            Record.Caller, Record.CustomerId, Record.VendorAccountId,
            new ScopeFields(null, null, PageText.Machine(timeline.StartDate), PageText.Machine(timeline.EndDate)), 0, null, null, "month", 1, 0, null),
        HttpContext.RequestAborted);

    private string WordsOf(Refusal refusal) => refusal.Code switch
    {
        _ when refusal.Code == RefusalCode.ScopeTooWide => "This range is too long. Choose a shorter one.",
        _ when refusal.Code == RefusalCode.InvalidScopeCombination => "Both dates are needed.",
        _ when IsStartWrong => "This is not a date. Write it as YYYY-MM-DD.",
        _ => "This must be a date after the first, written as YYYY-MM-DD.",
    };

    private BarFigure Draw(TimelineRead timeline, BalanceDerived months)
    {
        var open = timeline.Gaps.Where(gap => gap.RecordCount > 0).ToList();
        var columns = months.Breakdown.Select(month => (Month: month, IsCovered: !open.Any(gap => gap.StartDate < month.EndDate && gap.EndDate > month.StartDate))).ToList();
        var picture = new BarPicture(
            [.. columns.Select((column, i) => new BarColumn(
                Label(column.Month.StartDate, i, columns.Count), [new Bar(Math.Abs(column.Month.NetDelta), column.IsCovered ? BarFill.Solid : BarFill.Dashed)]))],
            [.. timeline.Gaps.Select(gap => new BarSpan(PlaceOf(gap.StartDate, months.Breakdown), PlaceOf(gap.EndDate, months.Breakdown)))]);
        var words = columns.Select(column =>
            $"{RecordWords.Period(column.Month.StartDate, column.Month.EndDate)}: {RecordWords.Total(column.Month.NetDelta, Record.Unit)}{(column.IsCovered ? "" : ", not all of it in a verified period")}.");
        return new BarFigure(
            "timeline-picture", "Recorded amount per month", string.Join(' ', words), "timeline-text", picture,
            [(BarFill.Solid, "Recorded, in verified periods"), (BarFill.Dashed, "Not yet in a verified period")]);
    }

    /// <summary>The year where it begins; on a long range every third month.</summary>
    private static string Label(DateTimeOffset month, int index, int count) =>
        count > 12 && index % 3 != 0 ? "" : PeriodText.ShortMonth(month, withYear: index == 0 || month.UtcDateTime.Month == 1);

    /// <summary>Where an instant stands among columns of equal width, 0 to 1.</summary>
    private static double PlaceOf(DateTimeOffset at, IReadOnlyList<BalanceBucket> months)
    {
        for (var i = 0; i < months.Count; i++)
        {
            if (at < months[i].EndDate)
                return Math.Max(0, (i + (at - months[i].StartDate) / (months[i].EndDate - months[i].StartDate)) / months.Count);
        }

        return 1;
    }
}
