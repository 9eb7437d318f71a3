using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Balance;

/// <summary>A record as every route shows it (api-balance 2).</summary>
/// <param name="ReceiptId">The submission's root; equals <paramref name="ProofRoot"/> and <paramref name="ProofHash"/>.</param>
/// <param name="ItemHash">The record's leaf hash; equals <paramref name="ContentHash"/>.</param>
/// <param name="BalanceAfter">Sum of the customer's deltas up to and including this one.</param>
public sealed record RecordResult(
    string RecordId,
    string ReceiptId,
    string ProofRoot,
    string ProofHash,
    string ItemHash,
    string ContentHash,
    string PreviousProofHash,
    string Status,
    string State,
    string Environment,
    string? VendorAccountId,
    string CustomerId,
    string CustomerReference,
    long SequenceNumber,
    int? DeltaIndex,
    decimal Delta,
    string Reason,
    string? ReferenceId,
    AdjustedRecord? Adjusts,
    decimal BalanceAfter,
    string Period,
    string Window,
    DateTimeOffset AcceptedAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset? BlockTimestamp,
    DateTimeOffset? VerifiedAt,
    string? VerificationReference,
    string VerificationApiUrl,
    string? Error,
    DateTimeOffset? FailedAt);

/// <summary>The record that another one adjusts.</summary>
public sealed record AdjustedRecord(string RecordId, string? ReferenceId);
