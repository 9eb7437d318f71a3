using System.Text.Json.Serialization;
using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

/// <summary>One completed period of a customer with its records, ascending.</summary>
public sealed record ReadPeriod(Caller Caller, string CustomerId, string? VendorAccountId, string CheckpointId, int Limit, string? Cursor)
    : IRequest<Outcome<PeriodRead>>;

public sealed record PeriodRead
{
    /// <summary>With the vendor's name in force at the commit, as is <see cref="RecordedBy"/>.</summary>
    public required VendorTenant Tenant { get; init; }

    public required RecordedBy RecordedBy { get; init; }
    public required string? VendorAccountId { get; init; }
    public required string CustomerId { get; init; }
    public required string CustomerReference { get; init; }
    public required string Environment { get; init; }

    /// <summary>The one that the records have; the customer's when they have none or several.</summary>
    public required string? Unit { get; init; }

    public required string CheckpointId { get; init; }
    public string ReceiptId => CheckpointId;

    /// <summary>Null unless the window is exactly one UTC month.</summary>
    public required string? Period { get; init; }

    public required DateTimeOffset StartDate { get; init; }
    public required DateTimeOffset EndDate { get; init; }
    public required long RecordCount { get; init; }
    public decimal RecordedAmount => Math.Abs(NetDelta);
    public required decimal NetDelta { get; init; }
    public required decimal TotalIncreases { get; init; }

    /// <summary>Not above zero.</summary>
    public required decimal TotalDecreases { get; init; }

    public required decimal StartingBalance { get; init; }
    public required decimal FinalBalance { get; init; }
    public required string ProofRoot { get; init; }
    public string VerificationReference => ProofRoot;
    public required string? LogOrigin { get; init; }
    public required long? LogIndex { get; init; }

    /// <summary>Of the tree head under which it completed.</summary>
    public required long? TreeSize { get; init; }

    public required string ReceiptUrl { get; init; }
    public required string VerificationApiUrl { get; init; }
    public required DateTimeOffset VerifiedAt { get; init; }
    public required PeriodLabels Labels { get; init; }
    public required IReadOnlyList<RecordRow> Records { get; init; }
    public long Total => RecordCount;
    public required int Limit { get; init; }
    public required string? NextCursor { get; init; }

    /// <summary>The period rises and falls, so the headline is a net. For pages.</summary>
    [JsonIgnore]
    public bool HasIncreasesAndDecreases => TotalIncreases > 0 && TotalDecreases < 0;
}

public sealed record PeriodLabels(string Total, string RecordCount, string Proof, string RecordedBy);
