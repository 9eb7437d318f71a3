using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary>Two claimed balances beside the one that the verified records give.</summary>
/// <param name="YourBalance">The vendor's.</param>
/// <param name="TheirBalance">The customer's.</param>
/// <param name="StartingBalance">Added before the replay.</param>
/// <param name="StartingCheckpoint">A checkpoint's root or id, an emit's <c>receiptId</c>, or a record id.</param>
/// <param name="StartingCheckpointType"><c>proofRoot</c> or <c>recordId</c>.</param>
/// <param name="Granularity"><c>day</c>, <c>week</c> or <c>month</c>; null gives no breakdown.</param>
public sealed record CompareBalances(
    Caller Caller, string? CustomerId, decimal? YourBalance, decimal? TheirBalance, decimal StartingBalance, [property: Flat] ScopeFields Scope,
    string? StartingCheckpoint, string? StartingCheckpointType, string? Granularity, string? VendorAccountId)
    : IRequest<Outcome<BalancesCompared>>, IReplayFields;

/// <summary>The facts. Nothing is decided and nothing is stored.</summary>
public sealed record BalancesCompared
{
    public required string CustomerId { get; init; }
    public required string CustomerReference { get; init; }
    public required string? VendorAccountId { get; init; }

    /// <summary><c>period</c>, <c>current_month</c>, <c>custom</c> or <c>checkpoint</c>.</summary>
    public required string ScopeMode { get; init; }

    /// <summary>Null unless the window is exactly one UTC month.</summary>
    public required string? Period { get; init; }

    public required DateTimeOffset StartDate { get; init; }
    public required DateTimeOffset EndDate { get; init; }
    public required string? StartingCheckpoint { get; init; }
    public required string? StartingCheckpointType { get; init; }
    public required decimal StartingBalance { get; init; }
    public required decimal YourBalance { get; init; }
    public required decimal TheirBalance { get; init; }

    /// <summary>What the records give: <see cref="StartingBalance"/> and <see cref="NetDelta"/>.</summary>
    public decimal NeutralBalance => ComputedBalance;

    public decimal ComputedBalance => StartingBalance + NetDelta;
    public required decimal NetDelta { get; init; }
    public required long DeltaCount { get; init; }
    public long DeltasCount => DeltaCount;
    public required long PendingCount { get; init; }
    public required long FailedCount { get; init; }
    public bool MatchesYours => YourDifference == 0;
    public bool MatchesTheirs => TheirDifference == 0;

    /// <summary>The claim minus <see cref="NeutralBalance"/>.</summary>
    public decimal YourDifference => YourBalance - NeutralBalance;

    /// <summary>The claim minus <see cref="NeutralBalance"/>.</summary>
    public decimal TheirDifference => TheirBalance - NeutralBalance;

    /// <summary>Null when the side matches.</summary>
    public required BalanceDivergence? YourDivergence { get; init; }

    /// <summary>Null when the side matches.</summary>
    public required BalanceDivergence? TheirDivergence { get; init; }

    public required string? Granularity { get; init; }
    public required IReadOnlyList<BalanceBucket> Breakdown { get; init; }
}

/// <summary>Since when the running balance has not been what a side claims.</summary>
/// <param name="StartDate">Of the first record after the last point at which the two were equal; of the window when they never were.</param>
/// <param name="EndDate">Of the window.</param>
/// <param name="AfterSequence">The record after which they were last equal; null when that was before the window's first record, or never.</param>
public sealed record BalanceDivergence(DateTimeOffset StartDate, DateTimeOffset EndDate, long? AfterSequence);
