using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Customers;

/// <summary>The caller's customers, newest first.</summary>
/// <param name="Page">From 1; null when not sent.</param>
/// <param name="Search">Part of <c>customerId</c>, case ignored.</param>
/// <param name="Period">The month of the members that end in <c>ThisPeriod</c>; null for the current one.</param>
public sealed record ListCustomers(Caller Caller, int? Page, int Limit, string? Cursor, string? Search, string? Period, string? VendorAccountId)
    : IRequest<Outcome<CustomersListed>>;

public sealed record CustomersListed(IReadOnlyList<CustomerListed> Customers, Pagination Pagination, string? NextCursor);

public sealed record CustomerListed
{
    public required string CustomerId { get; init; }
    public required string CustomerReference { get; init; }
    public required string? VendorAccountId { get; init; }

    /// <summary>Records ever accepted.</summary>
    public required long TotalDeltas { get; init; }

    /// <summary>All-time signed balance over verified records; equals <see cref="CumulativeBalance"/>.</summary>
    public decimal ComputedBalance => CumulativeBalance;

    public required decimal CumulativeBalance { get; init; }
    public required string Period { get; init; }
    public required long RecordedThisPeriod { get; init; }
    public required decimal RecordedAmountThisPeriod { get; init; }

    /// <summary>Records whose verification completed in the month.</summary>
    public required long VerifiedThisPeriod { get; init; }

    public required DateTimeOffset? VerifiedThroughAt { get; init; }

    /// <summary>Id of the newest completed <c>mode: all</c> checkpoint.</summary>
    public required string? LatestCheckpoint { get; init; }

    public required DateTimeOffset? FirstActivityAt { get; init; }
    public required DateTimeOffset? LastActivityAt { get; init; }
}

