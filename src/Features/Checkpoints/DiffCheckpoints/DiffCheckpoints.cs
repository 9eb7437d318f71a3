using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Checkpoints;

/// <summary>Two checkpoints of one customer set side by side.</summary>
public sealed record DiffCheckpoints(Caller Caller, string CustomerId, string? LeftCheckpointId, string? RightCheckpointId, string? VendorAccountId)
    : IRequest<Outcome<CheckpointsDiffed>>;

/// <summary>Every difference is right minus left.</summary>
/// <param name="DailyDivergence">One row for each UTC date on which the two do not hold the same records, ascending.</param>
/// <param name="DailyDivergenceTruncated">There are more than a thousand such dates; the first are shown.</param>
public sealed record CheckpointsDiffed(
    string CustomerId, string CustomerReference, string? VendorAccountId, CheckpointPoint Left, CheckpointPoint Right, CheckpointDifference Difference,
    IReadOnlyList<DayDivergence> DailyDivergence, bool DailyDivergenceTruncated);

/// <param name="SharedCount">Records in both.</param>
public sealed record CheckpointDifference(
    decimal NetDeltaDiff, long DeltaCountDiff, decimal StartingBalanceDiff, decimal FinalBalanceDiff, long SharedCount, long OnlyLeftCount,
    long OnlyRightCount, bool SameRoot)
{
    public long DeltasCountDiff => DeltaCountDiff;
}

/// <param name="Date"><c>YYYY-MM-DD</c>, UTC.</param>
public sealed record DayDivergence(
    string Date, long LeftDeltaCount, long RightDeltaCount, long DeltaCountDiff, decimal LeftNetDelta, decimal RightNetDelta, decimal NetDeltaDiff);
