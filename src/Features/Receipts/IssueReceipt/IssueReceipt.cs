using MediatR;
using PacSpace.Features.Balance;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

/// <summary>The invoice bundle of a scope; commits the checkpoint it stands on when there is none.</summary>
/// <param name="Limit">Rows of <c>deltas</c>, 0 to 1000.</param>
public sealed record IssueReceipt(Caller Caller, string CustomerId, [property: Flat] ScopeFields Scope, string? VendorAccountId, int Limit, string? Cursor)
    : IRequest<Outcome<ReceiptIssued>>;

public sealed record ReceiptIssued
{
    public required string ReceiptId { get; init; }
    public required string CheckpointId { get; init; }

    /// <summary>The customer's newest completed <c>mode: all</c> checkpoint.</summary>
    public required string? LatestCheckpoint { get; init; }

    /// <summary><c>QUEUED</c> when it did not complete in time; ids, roots and URLs are final all the same.</summary>
    public required string Status { get; init; }

    public required string Environment { get; init; }
    public required VendorTenant Tenant { get; init; }
    public required RecordedBy RecordedBy { get; init; }
    public required string CustomerId { get; init; }
    public required string CustomerReference { get; init; }
    public required string? VendorAccountId { get; init; }
    public required string? Period { get; init; }
    public required DateTimeOffset StartDate { get; init; }
    public required DateTimeOffset EndDate { get; init; }
    public required DateTimeOffset AsOf { get; init; }
    public required DateTimeOffset CoveredThrough { get; init; }
    public required string? Unit { get; init; }
    public required long DeltaCount { get; init; }
    public long DeltasCount => DeltaCount;

    /// <summary>|<see cref="NetDelta"/>|</summary>
    public required decimal RecordedAmount { get; init; }

    public required decimal TotalIncreases { get; init; }

    /// <summary>Not above zero.</summary>
    public required decimal TotalDecreases { get; init; }

    public required decimal NetDelta { get; init; }
    public required decimal StartingBalance { get; init; }
    public required decimal FinalBalance { get; init; }
    public required DateTimeOffset? FirstRecordAt { get; init; }
    public required DateTimeOffset? LastRecordAt { get; init; }
    public required string ProofRoot { get; init; }
    public required string? VerificationReference { get; init; }
    public required DateTimeOffset? VerifiedAt { get; init; }
    public required DateTimeOffset? VerifiedThroughAt { get; init; }
    public required string VerifyUrl { get; init; }
    public required string VerificationApiUrl { get; init; }
    public required string VerificationExplorerUrl { get; init; }

    /// <summary>The access code to be printed beside the link; null without an active link, or when it needs none.</summary>
    public required string? AccessHint { get; init; }

    public required string? CustomerLinkUrl { get; init; }
    public required string? CustomerLinkHost { get; init; }
    public required IssuedReceiptLinks Links { get; init; }
    public required IssuedReceiptVerification Verification { get; init; }

    /// <summary>One a UTC month of the window.</summary>
    public required IReadOnlyList<WindowSummary> WindowSummaries { get; init; }

    public required IReadOnlyList<RecordResult> Deltas { get; init; }
    public required int Limit { get; init; }
    public required string? NextCursor { get; init; }

    /// <summary>First issue; while the checkpoint is not complete, now.</summary>
    public required DateTimeOffset GeneratedAt { get; init; }
}

public sealed record IssuedReceiptLinks(string Permalink, string Json, string Pdf, string Verify, string Bundle);

public sealed record IssuedReceiptVerification(
    string VerifyUrl, string? VerificationReference, string VerificationApiUrl, string VerificationExplorerUrl, string? LogOrigin, long? LogIndex,
    long? TreeSize, IReadOnlyList<string> ItemHashes);
