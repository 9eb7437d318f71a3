using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Customers;

/// <summary>One customer with the activity of a month.</summary>
/// <param name="Period"><c>YYYY-MM</c>; null for the current month.</param>
/// <param name="DeltaPeriod"><c>all</c> lists all months; null the month.</param>
/// <param name="DeltaPage">From 1; null when not sent.</param>
/// <param name="Status">A record status, case ignored.</param>
public sealed record GetCustomer(
    Caller Caller, string CustomerId, string? Period, string? DeltaPeriod, int? DeltaPage, int DeltaLimit, string? DeltaCursor, string? Status,
    string? VendorAccountId) : IRequest<Outcome<CustomerRead>>;

public sealed record CustomerRead
{
    public required string CustomerId { get; init; }
    public required string CustomerReference { get; init; }

    /// <summary>Kept for compatibility.</summary>
    public required string CustomerPartition { get; init; }

    public required string? VendorAccountId { get; init; }
    public required string Environment { get; init; }
    public required long TotalDeltas { get; init; }
    public decimal ComputedBalance => CumulativeBalance;

    /// <summary>All-time signed balance over verified records.</summary>
    public required decimal CumulativeBalance { get; init; }

    public required string Period { get; init; }
    public required DateTimeOffset StartDate { get; init; }
    public required DateTimeOffset EndDate { get; init; }
    public required long RecordedThisPeriod { get; init; }
    public required decimal RecordedAmountThisPeriod { get; init; }
    public required long VerifiedThisPeriod { get; init; }
    public required DateTimeOffset? VerifiedThroughAt { get; init; }
    public required string? LatestCheckpoint { get; init; }
    public required long LatestSequence { get; init; }

    /// <summary>The newest month with a record; null for a net-new customer.</summary>
    public required string? MostRecentActivePeriod { get; init; }

    public required DateTimeOffset? FirstActivityAt { get; init; }
    public required DateTimeOffset? LastActivityAt { get; init; }
    public required CustomerActivity RecentActivity { get; init; }
}

public sealed record CustomerActivity(IReadOnlyList<CustomerActivityItem> Items, Pagination Pagination, string? NextCursor);

/// <summary>A record in a customer's activity. Here <see cref="Status"/> is lower case (api-balance 1.11).</summary>
public sealed record CustomerActivityItem(
    string RecordId, string ReceiptId, string ItemHash, long SequenceNumber, decimal Delta, string Reason, string? ReferenceId, decimal BalanceAfter,
    string Status, string State, DateTimeOffset Time, DateTimeOffset AcceptedAt, DateTimeOffset? VerifiedAt, string? VerificationReference);
