using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

/// <summary>A customer's receipts, newest first.</summary>
/// <param name="Scope">Those whose window lies inside; all when nothing was sent.</param>
public sealed record ListReceipts(
    Caller Caller, string CustomerId, [property: Flat] ScopeFields Scope, string? VendorAccountId, int Limit, int Offset, string? Cursor)
    : IRequest<Outcome<ReceiptsListed>>;

public sealed record ReceiptsListed(IReadOnlyList<ReceiptListed> Receipts, long Total, int Limit, int Offset, string? NextCursor);

public sealed record ReceiptListed
{
    public required string ReceiptId { get; init; }
    public required string CheckpointId { get; init; }
    public required string Status { get; init; }
    public required string CustomerId { get; init; }

    /// <summary>Null unless the window is exactly one UTC month.</summary>
    public required string? Period { get; init; }

    public required DateTimeOffset StartDate { get; init; }
    public required DateTimeOffset EndDate { get; init; }
    public required DateTimeOffset AsOf { get; init; }
    public required long DeltaCount { get; init; }
    public long DeltasCount => DeltaCount;
    public required decimal NetDelta { get; init; }
    public required decimal FinalBalance { get; init; }
    public required string ProofRoot { get; init; }
    public required string VerificationReference { get; init; }
    public required ReceiptListedLinks Links { get; init; }

    /// <summary>First issue; null while nobody has asked for the document.</summary>
    public required DateTimeOffset? GeneratedAt { get; init; }
}

public sealed record ReceiptListedLinks(string Permalink, string Json, string Pdf, string Bundle);
