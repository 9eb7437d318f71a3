using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Checkpoints;

/// <summary>A customer's checkpoints over a range, and what they leave uncovered.</summary>
/// <param name="Scope">The twelve UTC months ending with the current one when nothing was sent.</param>
/// <param name="Limit">Points.</param>
public sealed record ReadTimeline(Caller Caller, string CustomerId, [property: Flat] ScopeFields Scope, string? VendorAccountId, int Limit, string? Cursor)
    : IRequest<Outcome<TimelineRead>>;

/// <param name="Points">Checkpoints whose window meets the range, ascending by start, covered end, commit.</param>
/// <param name="Gaps">What no completed <c>mode: all</c> checkpoint covers of the range up to now, ascending.</param>
/// <param name="Summary">Of the whole range, not of the page.</param>
public sealed record TimelineRead(
    string CustomerId, string CustomerReference, string? VendorAccountId, string? Period, DateTimeOffset StartDate, DateTimeOffset EndDate,
    IReadOnlyList<CheckpointPoint> Points, IReadOnlyList<TimelineGap> Gaps, TimelineSummary Summary, int Limit, string? NextCursor);

/// <param name="RecordCount">Accepted in the gap; it is listed without any too.</param>
public sealed record TimelineGap(DateTimeOffset StartDate, DateTimeOffset EndDate, long RecordCount, decimal NetDelta);

/// <param name="RecordCount">Accepted in the range.</param>
/// <param name="CoveredRecordCount">Of these, in a completed <c>mode: all</c> checkpoint.</param>
/// <param name="StartingBalance">Of the customer where the range begins.</param>
/// <param name="CoveredFrom">The first covered instant of the range; null when none is.</param>
/// <param name="VerifiedThroughAt">Every record accepted before it is in a completed checkpoint, from the customer's first on; an exclusive end.</param>
public sealed record TimelineSummary(
    long PointCount, int GapCount, long RecordCount, long CoveredRecordCount, long UncoveredRecordCount, decimal NetDelta, decimal StartingBalance,
    decimal EndingBalance, DateTimeOffset? CoveredFrom, DateTimeOffset? VerifiedThroughAt);
