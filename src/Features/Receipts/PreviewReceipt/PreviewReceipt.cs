using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

/// <summary>The receipt document of a scope as it would read now. Commits and sends nothing.</summary>
/// <param name="CustomerDisplayName">Whether the stored display name is shown.</param>
/// <param name="Locale">BCP 47.</param>
/// <param name="Timezone">IANA name; used in <c>display</c> only.</param>
/// <param name="Unit">Used only where the records have none.</param>
public sealed record PreviewReceipt(
    Caller Caller, string CustomerId, [property: Flat] ScopeFields Scope, string? VendorAccountId, bool CustomerDisplayName, string Locale, string Timezone,
    string? Unit) : IRequest<Outcome<ReceiptPreview>>;

/// <summary>A receipt document over the verified records, with nothing behind it yet: what only a checkpoint has is always null.</summary>
public sealed record ReceiptPreview : ReceiptMembers
{
    internal ReceiptPreview(ReceiptFacts facts)
        : base(facts)
    {
    }

    public string? ReceiptId { get; }
    public string? CheckpointId { get; }
    public bool Preview { get; } = true;

    /// <summary>Records of the window that are not verified yet; a checkpoint waits for them.</summary>
    public required long PendingCount { get; init; }

    /// <summary>Records of the window that no longer reproduce their hash; they refuse a checkpoint.</summary>
    public required long FailedCount { get; init; }

    public required string CustomerId { get; init; }
    public required string? CustomerDisplayName { get; init; }
    public required string? VendorAccountId { get; init; }
    public string? ProofRoot { get; }
    public required PreviewVerification Verification { get; init; }
    public required PreviewDisplay Display { get; init; }
    public PreviewLinks Links { get; } = new();
    public DateTimeOffset? GeneratedAt { get; }
}

public sealed record PreviewVerification(string? LogOrigin)
{
    public string? VerificationReference { get; }
    public string? VerificationApiUrl { get; }
    public string? VerificationExplorerUrl { get; }
    public string? VerifyUrl { get; }
    public long? LogIndex { get; }
    public long? TreeSize { get; }
    public DateTimeOffset? VerifiedAt { get; }
}

/// <summary>As <see cref="ReceiptDisplay"/>; <paramref name="CoveredThrough"/> is null.</summary>
public sealed record PreviewDisplay(
    string Locale, string Timezone, string Period, string Total, string RecordedBy, string? CoveredThrough, string Statement);

public sealed record PreviewLinks
{
    public string? Permalink { get; }
    public string? Json { get; }
    public string? Pdf { get; }
    public string? Verify { get; }
    public string? Bundle { get; }
    public string? Customer { get; }
}
