using System.Diagnostics.CodeAnalysis;

namespace PacSpace.Evidence;

/// <summary>How a scope was asked for.</summary>
public enum ScopeMode
{
    /// <summary>The UTC month in which the question is asked; also when nothing was asked for. Wire: <c>current_month</c>.</summary>
    CurrentMonth,

    /// <summary>One UTC month by name. Wire: <c>period</c>.</summary>
    Period,

    /// <summary>Two dates. Wire: <c>custom</c>.</summary>
    Custom,
}

/// <summary>Why a scope was not resolved.</summary>
public enum ScopeProblem
{
    /// <summary>Fields that exclude each other, or one date without the other.</summary>
    InvalidCombination,

    /// <summary>A field is not of its form, or the window would be empty; <see cref="ScopeRefusal.Field"/> says which.</summary>
    BadFormat,

    /// <summary>The window is longer, or begins earlier, than the caps allow.</summary>
    TooWide,
}

/// <summary>A scope that was not resolved, and the field to blame.</summary>
/// <param name="Problem">Why.</param>
/// <param name="Field">The request's name of the field.</param>
public sealed record ScopeRefusal(ScopeProblem Problem, string Field);

/// <summary>The four fields of a scope as they were sent; null means not sent.</summary>
/// <param name="Period"><c>YYYY-MM</c>, alone.</param>
/// <param name="TimePreset"><c>current_month</c> without dates or <c>custom</c> with both.</param>
/// <param name="StartDate">With <paramref name="EndDate"/>; inside the window.</param>
/// <param name="EndDate">With <paramref name="StartDate"/>; outside the window.</param>
public sealed record ScopeRequest(string? Period = null, string? TimePreset = null, string? StartDate = null, string? EndDate = null)
{
    /// <summary>Whether nothing was sent; some routes then do not filter at all.</summary>
    public bool IsEmpty => Period is null && TimePreset is null && StartDate is null && EndDate is null;
}

/// <summary>What a scope may ask for at most.</summary>
/// <param name="MaxScopeMonths">A custom window ends no later than its start plus that many months; 0 means no limit.</param>
/// <param name="MaxRetentionDays">A window that was asked for by name or dates starts no earlier than that many days ago; 0 means no limit.</param>
public sealed record ScopeCaps(int MaxScopeMonths = 24, int MaxRetentionDays = 0)
{
    /// <summary>The documented limits: 24 months, no limit of retention.</summary>
    public static ScopeCaps Default { get; } = new();
}

/// <summary>What was asked for, resolved to exactly one window.</summary>
/// <param name="Window">The half-open window.</param>
/// <param name="Mode">How it was asked for.</param>
public sealed record Scope(Window Window, ScopeMode Mode)
{
    /// <summary>The month that the window is exactly, however it was asked for; otherwise null.</summary>
    public Period? Period => Window.AsPeriod();

    /// <summary>The wire's word: <c>period</c>, <c>current_month</c> or <c>custom</c>.</summary>
    public string ModeText => Mode switch
    {
        ScopeMode.Period => "period",
        ScopeMode.Custom => "custom",
        _ => "current_month",
    };

    /// <summary>Resolves a request. Combinations are judged first, then forms, then caps.</summary>
    public static bool Resolve(
        ScopeRequest request, Timestamp now, ScopeCaps caps,
        [NotNullWhen(true)] out Scope? scope, [NotNullWhen(false)] out ScopeRefusal? refusal)
    {
        scope = null;
        refusal = Combination(request) ?? (request switch
        {
            { Period: { } period } => OfPeriod(period, now, caps, out scope),
            { StartDate: { } start, EndDate: { } end } => OfDates(start, end, now, caps, out scope),
            _ => OfNow(now, out scope),
        });
        if (refusal is not null) scope = null;
        return scope is not null;
    }

    private static ScopeRefusal? Combination(ScopeRequest request)
    {
        var (hasStart, hasEnd) = (request.StartDate is not null, request.EndDate is not null);
        if (request.Period is not null && (request.TimePreset is not null || hasStart || hasEnd))
            return new(ScopeProblem.InvalidCombination, "period");
        if (hasStart != hasEnd) return new(ScopeProblem.InvalidCombination, hasStart ? "endDate" : "startDate");
        return request.TimePreset switch
        {
            null => null,
            "current_month" => hasStart ? new(ScopeProblem.InvalidCombination, "timePreset") : null,
            "custom" => hasStart ? null : new(ScopeProblem.InvalidCombination, "startDate"),
            _ => new(ScopeProblem.BadFormat, "timePreset"),
        };
    }

    private static ScopeRefusal? OfPeriod(string text, Timestamp now, ScopeCaps caps, out Scope? scope)
    {
        scope = null;
        if (!Evidence.Period.TryParse(text, out var period)) return new(ScopeProblem.BadFormat, "period");
        scope = new(period.Window, ScopeMode.Period);
        return IsTooOld(period.Window.Start, now, caps) ? new(ScopeProblem.TooWide, "period") : null;
    }

    private static ScopeRefusal? OfDates(string startText, string endText, Timestamp now, ScopeCaps caps, out Scope? scope)
    {
        scope = null;
        if (!RequestTime.TryParse(startText, out var start)) return new(ScopeProblem.BadFormat, "startDate");
        if (!RequestTime.TryParse(endText, out var end) || end <= start) return new(ScopeProblem.BadFormat, "endDate");
        scope = new(new(start, end), ScopeMode.Custom);
        if (caps.MaxScopeMonths > 0 && end > AddMonths(start, caps.MaxScopeMonths)) return new(ScopeProblem.TooWide, "endDate");
        return IsTooOld(start, now, caps) ? new(ScopeProblem.TooWide, "startDate") : null;
    }

    private static ScopeRefusal? OfNow(Timestamp now, out Scope? scope)
    {
        scope = new(Evidence.Period.Of(now).Window, ScopeMode.CurrentMonth);
        return null;
    }

    private static bool IsTooOld(Timestamp start, Timestamp now, ScopeCaps caps) =>
        caps.MaxRetentionDays > 0 && now.Microseconds - start.Microseconds > caps.MaxRetentionDays * 86_400_000_000L;

    /// <summary>The same day and time that many calendar months on, or the last day of a shorter month.</summary>
    private static Timestamp AddMonths(Timestamp start, int months)
    {
        var instant = start.ToDateTimeOffset();
        return (instant.Year - 1) * 12 + instant.Month + months > 9999 * 12
            ? Timestamp.MaxValue
            : Timestamp.FromDateTimeOffset(instant.AddMonths(months));
    }
}
