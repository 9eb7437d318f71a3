using PacSpace.Evidence;

namespace PacSpace.Features.Pipeline;

/// <summary>The four fields of a time scope as they were sent (api-balance 1.9): a month, a preset, or two dates.</summary>
public sealed record ScopeFields(string? Period, string? TimePreset, string? StartDate, string? EndDate)
{
    public bool IsEmpty => Period is null && TimePreset is null && StartDate is null && EndDate is null;
}

/// <summary>Resolves scope fields to exactly one window, or says why not.</summary>
internal static class Scopes
{
    public static Outcome<Scope> Resolve(ScopeFields fields, DateTimeOffset now, ScopeCaps? caps = null)
    {
        var request = new ScopeRequest(fields.Period, fields.TimePreset, fields.StartDate, fields.EndDate);
        if (Scope.Resolve(request, Timestamp.FromDateTimeOffset(now), caps ?? ScopeCaps.Default, out var scope, out var refusal)) return scope;
        return refusal.Problem switch
        {
            ScopeProblem.InvalidCombination => new Refusal(
                RefusalCode.InvalidScopeCombination, $"{refusal.Field} does not go with the other scope fields: send a period, a timePreset, or startDate and endDate")
            {
                Details = [new RefusalDetail(refusal.Field, "does not go with the other scope fields")],
            },
            ScopeProblem.TooWide => new Refusal(RefusalCode.ScopeTooWide, $"{refusal.Field} takes the window over a limit; see /api/v1/balance/limits")
            {
                Details = [new RefusalDetail(refusal.Field, "takes the window over a limit")],
            },
            _ => Refusal.Validation(refusal.Field, refusal.Field switch
            {
                "period" => "must be a month as YYYY-MM",
                "timePreset" => "must be current_month or custom",
                "endDate" => "must be a date or date-time in ISO 8601, after startDate",
                _ => "must be a date or date-time in ISO 8601",
            }),
        };
    }
}
