using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

// Bodies must be the same bytes at every attempt, so the order of these members is part of what was sent: a new member goes
// behind the others, and only into events that are not sent yet.

/// <summary><c>data</c> of <c>delta.verified</c> (api-dashboard 13.3).</summary>
public sealed record DeltaVerifiedData
{
    public required string RecordId { get; init; }
    public required string ReceiptId { get; init; }
    public required int? DeltaIndex { get; init; }
    public string Status { get; } = "verified";
    public required string CustomerId { get; init; }
    public required string CustomerReference { get; init; }
    public required string? VendorAccountId { get; init; }
    public required string SequenceNumber { get; init; }
    public required string? ReferenceId { get; init; }
    public required decimal SignedDelta { get; init; }
    public required decimal BalanceAfter { get; init; }
    public required DateTimeOffset AcceptedAt { get; init; }
    public required DateTimeOffset VerifiedAt { get; init; }
    public required DateTimeOffset BlockTimestamp { get; init; }
    public required string VerificationId { get; init; }
    public string VerificationReference => VerificationId;
    public required WebhookDelta Delta { get; init; }
    public required WebhookProof Proof { get; init; }
    public required WebhookVerification Verification { get; init; }

    /// <summary>The customer's month up to and including this record.</summary>
    public required WebhookPeriod Period { get; init; }

    /// <summary>The ledger's month up to and including this record.</summary>
    public required WebhookUsage Usage { get; init; }
}

/// <summary><c>data</c> of <c>delta.failed</c>. What the damaged row does not say any more is null.</summary>
public sealed record DeltaFailedData
{
    public required string RecordId { get; init; }
    public required string ReceiptId { get; init; }
    public required int? DeltaIndex { get; init; }
    public string Status { get; } = "failed";
    public required string CustomerId { get; init; }
    public required string CustomerReference { get; init; }
    public required string? VendorAccountId { get; init; }
    public required string SequenceNumber { get; init; }
    public required string? ReferenceId { get; init; }
    public required decimal? SignedDelta { get; init; }
    public string Error { get; } = "HASH_MISMATCH";
    public required DateTimeOffset FailedAt { get; init; }
    public required WebhookDelta Delta { get; init; }
    public required WebhookVerification Verification { get; init; }
}

/// <param name="Metadata">Null above 4 KiB and for damaged records; then <paramref name="MetadataOmitted"/> says so.</param>
public sealed record WebhookDelta(
    string CustomerId, decimal? Amount, decimal? Delta, string? Reason, string? ReferenceId, RawJson? Metadata, bool MetadataOmitted, DateTimeOffset? SubmittedAt);

public sealed record WebhookProof(string ProofHash, string ContentHash, IReadOnlyList<string> ItemHashes, string PreviousProofHash);

public sealed record WebhookVerification(bool Verified, long? LatencyMs, IReadOnlyList<string> Discrepancies);

public sealed record WebhookPeriod(string Id, long DeltaCount, decimal NetDelta);

public sealed record WebhookUsage(string Plan, long? IncludedDeltas, long ConsumedDeltas, long? RemainingDeltas, decimal? OverageRate);

/// <summary><c>data</c> of <c>checkpoint.verified</c>.</summary>
public sealed record CheckpointVerifiedData
{
    public required string CheckpointId { get; init; }
    public required string? CheckpointRunId { get; init; }
    public required string CustomerId { get; init; }
    public required string CustomerReference { get; init; }
    public required string? VendorAccountId { get; init; }
    public required string Mode { get; init; }
    public required string Trigger { get; init; }
    public required string? Period { get; init; }
    public required DateTimeOffset StartDate { get; init; }
    public required DateTimeOffset EndDate { get; init; }
    public required DateTimeOffset AsOf { get; init; }
    public required DateTimeOffset CoveredThrough { get; init; }
    public required string ProofRoot { get; init; }
    public required long RecordCount { get; init; }
    public long DeltaCount => RecordCount;
    public required decimal NetDelta { get; init; }
    public required decimal StartingBalance { get; init; }
    public required decimal FinalBalance { get; init; }
    public string VerificationReference => ProofRoot;
    public required string VerificationApiUrl { get; init; }
    public required DateTimeOffset VerifiedAt { get; init; }
    public string Status { get; } = "verified";
}

/// <summary><c>data</c> of <c>receipt.generated</c>.</summary>
public sealed record ReceiptGeneratedData
{
    public required string ReceiptId { get; init; }
    public string CheckpointId => ReceiptId;
    public required string CustomerId { get; init; }
    public required string CustomerReference { get; init; }
    public required string? VendorAccountId { get; init; }
    public required string? Period { get; init; }
    public required DateTimeOffset StartDate { get; init; }
    public required DateTimeOffset EndDate { get; init; }
    public required string ProofRoot { get; init; }
    public required long RecordCount { get; init; }
    public required decimal NetDelta { get; init; }
    public required string VerifyUrl { get; init; }
    public string ReceiptUrl => VerifyUrl;
    public required string VerificationApiUrl { get; init; }
    public required DateTimeOffset GeneratedAt { get; init; }
}

/// <summary><c>data</c> of <c>webhook.test</c>.</summary>
public sealed record WebhookTestData(string WebhookId, string Message);
