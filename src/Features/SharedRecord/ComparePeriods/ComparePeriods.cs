using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

/// <summary>Two completed periods of a customer side by side: both by checkpoint, or both by month.</summary>
/// <param name="LeftPeriod"><c>YYYY-MM</c>: the newest completed checkpoint of exactly that month.</param>
/// <param name="IsRun">Somebody runs the comparison, and the vendor is told (<c>customer.compare_run</c>); showing it again is none.</param>
/// <param name="Visit">Who runs it on a page; null for the API.</param>
public sealed record ComparePeriods(
    Caller Caller, string CustomerId, string? VendorAccountId, string? LeftCheckpointId, string? RightCheckpointId, string? LeftPeriod, string? RightPeriod,
    [property: NotOnTheWire] bool IsRun, [property: NotOnTheWire] RecordVisit? Visit)
    : IRequest<Outcome<PeriodsCompared>>;

/// <summary>Every difference is right minus left.</summary>
/// <param name="Unit">The one that both sides have; the customer's when they have none or differ.</param>
/// <param name="DailyDivergence">One row for each UTC date on which the two do not hold the same records, ascending.</param>
/// <param name="DailyDivergenceTruncated">There are more than a thousand such dates; the first are shown.</param>
public sealed record PeriodsCompared(
    string CustomerId, string? VendorAccountId, VendorTenant Tenant, RecordedBy RecordedBy, string? Unit, PeriodRow Left, PeriodRow Right,
    PeriodDifference Difference, IReadOnlyList<PeriodDay> DailyDivergence, bool DailyDivergenceTruncated);

/// <param name="SharedCount">Records in both.</param>
public sealed record PeriodDifference(
    decimal NetDeltaDiff, long RecordCountDiff, decimal StartingBalanceDiff, decimal FinalBalanceDiff, long SharedCount, long OnlyLeftCount,
    long OnlyRightCount, bool SameRoot);

/// <param name="Date"><c>YYYY-MM-DD</c>, UTC.</param>
public sealed record PeriodDay(
    string Date, long LeftRecordCount, long RightRecordCount, long RecordCountDiff, decimal LeftNetDelta, decimal RightNetDelta, decimal NetDeltaDiff);
