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

public sealed record ReceiptDocument : ReceiptMembers
{
    internal ReceiptDocument(ReceiptFacts facts)
        : base(facts)
    {
    }

    public required string ReceiptId { get; init; }
    public required string CheckpointId { get; init; }
    public required string CustomerId { get; init; }
    public required string? CustomerDisplayName { get; init; }
    public required string? VendorAccountId { get; init; }
    public required string ProofRoot { get; init; }
    public required ReceiptVerification Verification { get; init; }
    public required ReceiptDisplay Display { get; init; }
    public required ReceiptLinks Links { get; init; }

    /// <summary>First issue.</summary>
    public required DateTimeOffset GeneratedAt { get; init; }
}

/// <param name="Customer">The Shared Record; null without an active link.</param>
public sealed record ReceiptLinks(string Permalink, string Json, string Pdf, string Verify, string Bundle, string? Customer);
