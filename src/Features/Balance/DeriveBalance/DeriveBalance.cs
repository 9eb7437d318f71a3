using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary>Replays a customer's verified records of a window, or from a checkpoint or record to now.</summary>
/// <param name="StartingBalance">Added before the replay; never taken from the checkpoint.</param>
/// <param name="StartingCheckpoint">A checkpoint's root or id, an emit's <c>receiptId</c>, or a record id.</param>
/// <param name="StartingCheckpointType"><c>proofRoot</c> or <c>recordId</c>.</param>
/// <param name="Granularity"><c>day</c>, <c>week</c> or <c>month</c>; null gives no breakdown.</param>
/// <param name="Limit">Rows of <c>deltas</c>; the totals cover the whole window all the same.</param>
public sealed record DeriveBalance(
    Caller Caller, string CustomerId, string? VendorAccountId, [property: Flat] ScopeFields Scope, decimal StartingBalance,
    string? StartingCheckpoint, string? StartingCheckpointType, string? Granularity, int Limit, long Offset, string? Cursor)
    : IRequest<Outcome<BalanceDerived>>, IReplayFields;

/// <summary>What the records say.</summary>
/// <param name="ScopeMode"><c>period</c>, <c>current_month</c>, <c>custom</c> or <c>checkpoint</c>.</param>
/// <param name="Period">Null unless the window is exactly one UTC month.</param>
/// <param name="PendingCount">Records of the window that are not verified yet, left out of every sum.</param>
/// <param name="FailedCount">Records of the window that no longer reproduce their hash, left out of every sum.</param>
public sealed record BalanceDerived(
    string CustomerId, string CustomerReference, string? VendorAccountId, string ScopeMode, string? Period, DateTimeOffset StartDate, DateTimeOffset EndDate,
    string? StartingCheckpoint, string? StartingCheckpointType, decimal StartingBalance, decimal NetDelta, decimal ComputedBalance, long DeltaCount,
    long DeltasCount, long PendingCount, long FailedCount, long? FirstSequence, long? LastSequence, string? LatestReceiptId, string? LatestRecordId,
    string? Granularity, IReadOnlyList<BalanceBucket> Breakdown, IReadOnlyList<RecordResult> Deltas, long Total, int Limit, long Offset, string? NextCursor);
