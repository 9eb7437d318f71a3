using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Customers;

/// <summary>All of the caller's customers in figures.</summary>
/// <param name="Period">The month of the members that end in <c>ThisPeriod</c>, and of active and new; null for the current one.</param>
public sealed record SummarizeCustomers(Caller Caller, string? Period, string? VendorAccountId) : IRequest<Outcome<CustomersSummarized>>;

public sealed record CustomersSummarized
{
    public required string Environment { get; init; }

    /// <summary>As asked for; null covers all of them.</summary>
    public required string? VendorAccountId { get; init; }

    public required string Period { get; init; }
    public long TotalCustomers => Counts.Customers;

    /// <summary>With a record in the month.</summary>
    public required long ActiveCustomers { get; init; }

    /// <summary>Whose first record, or whose creation by hand, lies in the month.</summary>
    public required long NewCustomers { get; init; }

    /// <summary>Records ever accepted.</summary>
    public long TotalDeltas => Counts.Records;

    /// <summary>Over verified records.</summary>
    public decimal TotalBalance => Balances.CumulativeBalance;

    public required long RecordedThisPeriod { get; init; }
    public required decimal RecordedAmountThisPeriod { get; init; }
    public required long VerifiedThisPeriod { get; init; }
    public required SummaryCounts Counts { get; init; }
    public required SummaryBalances Balances { get; init; }
    public required SummaryVerification Verification { get; init; }
    public required DateTimeOffset? FirstActivityAt { get; init; }
    public required DateTimeOffset? LastActivityAt { get; init; }
}

/// <param name="Receipts">Completed checkpoints over all records of a window.</param>
public sealed record SummaryCounts(long Customers, long Records, long Checkpoints, long Receipts);

/// <param name="TotalDecreases">Not above zero.</param>
public sealed record SummaryBalances(decimal CumulativeBalance, decimal TotalIncreases, decimal TotalDecreases);

/// <param name="CoveredByCheckpoint">Records in a completed <c>mode: all</c> checkpoint.</param>
/// <param name="CustomersFullyCovered">Customers with records, all of which are in one.</param>
/// <param name="LastCheckpointAt">Commit of the newest one.</param>
public sealed record SummaryVerification(
    long Verified, long Pending, long Failed, long CoveredByCheckpoint, DateTimeOffset? OldestPendingAt, long CustomersFullyCovered,
    DateTimeOffset? LastCheckpointAt);
