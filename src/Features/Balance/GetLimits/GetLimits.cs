using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary>What the API allows at most.</summary>
public sealed record GetLimits(Caller Caller) : IRequest<Outcome<Limits>>;

/// <summary>The limits in force (api-balance 3.7).</summary>
public sealed record Limits
{
    /// <summary>Of a custom window.</summary>
    public required int MaxScopeMonths { get; init; }

    /// <summary>For clients that offer "the last N days"; they send such a range as a custom window.</summary>
    public required int MaxLastNDays { get; init; }

    /// <summary>A window begins no earlier than that; 0 is no limit.</summary>
    public required int MaxRetentionDays { get; init; }

    public required int MaxBatchItems { get; init; }
    public required int MaxBodyBytes { get; init; }
    public required int MaxBatchBodyBytes { get; init; }
    public required decimal MaxAbsoluteDelta { get; init; }
    public required int MaxFractionDigits { get; init; }
    public required int MaxReasonLength { get; init; }
    public required int MaxReferenceIdLength { get; init; }
    public required int MaxMetadataBytes { get; init; }
    public required int MaxPageSize { get; init; }
    public required int MaxBreakdownBuckets { get; init; }

    /// <summary>Of a checkpoint of mode <c>selected</c>.</summary>
    public required int MaxFingerprints { get; init; }

    public required int MaxVerificationSample { get; init; }
    public required int MaxBulkCustomers { get; init; }

    /// <summary>At least.</summary>
    public required int IdempotencyRetentionDays { get; init; }

    /// <summary>Shortest time between two records of one customer; 0 is no limit.</summary>
    public required int CadenceIntervalSeconds { get; init; }
}
