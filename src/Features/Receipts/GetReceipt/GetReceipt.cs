using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

/// <summary>A receipt document.</summary>
/// <param name="ReceiptId">A <c>chk_</c> id or that checkpoint's root.</param>
/// <param name="CustomerDisplayName">Whether the stored display name is shown.</param>
/// <param name="Locale">BCP 47.</param>
/// <param name="Timezone">IANA name; used in <c>display</c> only.</param>
/// <param name="Unit">Used only where the checkpoint's statement has none.</param>
public sealed record GetReceipt(Caller Caller, string ReceiptId, bool CustomerDisplayName, string Locale, string Timezone, string? Unit)
    : IRequest<Outcome<ReceiptDocument>>;

public sealed record ReceiptDocument
{
    public required string ReceiptId { get; init; }
    public required string CheckpointId { get; init; }
    public required string Status { get; init; }
    public required string Environment { get; init; }
    public required VendorTenant Tenant { get; init; }
    public required RecordedBy RecordedBy { get; init; }
    public required string CustomerId { get; init; }
    public required string CustomerReference { get; init; }
    public required string? CustomerDisplayName { get; init; }
    public required string? VendorAccountId { get; init; }
    public required string? Period { get; init; }
    public required DateTimeOffset StartDate { get; init; }
    public required DateTimeOffset EndDate { get; init; }
    public required DateTimeOffset AsOf { get; init; }
    public required DateTimeOffset CoveredThrough { get; init; }
    public required string? Unit { get; init; }
    public required long RecordCount { get; init; }
    public long DeltaCount => RecordCount;
    public long DeltasCount => RecordCount;

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
    public required ReceiptVerification Verification { get; init; }
    public required ReceiptDisplay Display { get; init; }
    public required ReceiptLinks Links { get; init; }

    /// <summary>Always empty here; rows are in the scoped receipt and in the bundle.</summary>
    public IReadOnlyList<string> Records { get; init; } = [];

    /// <summary>First issue.</summary>
    public required DateTimeOffset GeneratedAt { get; init; }
}

public sealed record ReceiptVerification(
    string VerificationReference, string VerificationApiUrl, string VerificationExplorerUrl, string VerifyUrl, string? LogOrigin, long? LogIndex,
    long? TreeSize, DateTimeOffset? VerifiedAt);

/// <param name="Customer">The Shared Record; null without an active link.</param>
public sealed record ReceiptLinks(string Permalink, string Json, string Pdf, string Verify, string Bundle, string? Customer);
