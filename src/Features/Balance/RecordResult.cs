using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary>A record as every route shows it (api-balance 2). Hashes are <c>0x</c> and 64 hex digits.</summary>
public record RecordResult
{
    public required string RecordId { get; init; }

    /// <summary>The submission's root; for one delta its leaf hash.</summary>
    public required string ReceiptId { get; init; }

    public string ProofRoot => ReceiptId;
    public string ProofHash => ReceiptId;

    /// <summary>The record's leaf hash, also called its fingerprint.</summary>
    public required string ItemHash { get; init; }

    public string ContentHash => ItemHash;

    /// <summary>The <see cref="ItemHash"/> of the customer's record before; zeros for its first.</summary>
    public required string PreviousProofHash { get; init; }

    /// <summary>QUEUED, PROCESSING, VERIFIED or FAILED.</summary>
    public required string Status { get; init; }

    /// <summary>recording, recorded or verified.</summary>
    public required string State { get; init; }

    public required string Environment { get; init; }
    public required string? VendorAccountId { get; init; }
    public required string CustomerId { get; init; }
    public required string CustomerReference { get; init; }

    /// <summary>Within the customer, from 1, without gaps.</summary>
    public required long SequenceNumber { get; init; }

    /// <summary>Position in the submission; null for a single emit.</summary>
    public required int? DeltaIndex { get; init; }

    public required decimal Delta { get; init; }
    public required string Reason { get; init; }
    public required string? ReferenceId { get; init; }
    public required AdjustedRecord? Adjusts { get; init; }

    /// <summary>Sum of the customer's deltas up to and including this one.</summary>
    public required decimal BalanceAfter { get; init; }

    /// <summary>The UTC month of acceptance.</summary>
    public required string Period { get; init; }

    public string Window => Period;
    public required DateTimeOffset AcceptedAt { get; init; }
    public DateTimeOffset CreatedAt => AcceptedAt;

    /// <summary>When the record's block was sealed.</summary>
    public required DateTimeOffset? BlockTimestamp { get; init; }

    public required DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>The block's root, which the log's entry commits to.</summary>
    public required string? VerificationReference { get; init; }

    public required string VerificationApiUrl { get; init; }

    /// <summary>HASH_MISMATCH while the stored row does not reproduce its hash.</summary>
    public required string? Error { get; init; }

    public required DateTimeOffset? FailedAt { get; init; }
}

/// <summary>A record with the metadata that was sent with it.</summary>
public sealed record RecordDetail : RecordResult
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public RecordDetail(RecordResult record, RawJson? metadata)
        : base(record) => Metadata = metadata;

    /// <summary>The JSON text exactly as received; null without metadata.</summary>
    [System.Text.Json.Serialization.JsonPropertyOrder(1)] // after the members of the base
    public RawJson? Metadata { get; }
}

/// <summary>The record that another one adjusts.</summary>
public sealed record AdjustedRecord(string RecordId, string? ReferenceId);
