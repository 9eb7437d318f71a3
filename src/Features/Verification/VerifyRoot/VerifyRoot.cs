using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Verification;

/// <summary>What can be said of a root to anyone who holds it.</summary>
/// <param name="ProofRoot">An emit's <c>receiptId</c>, a checkpoint's root or id, or a block's root.</param>
/// <param name="Source"><c>db</c>, <c>chain</c> or <c>both</c>.</param>
/// <param name="Host">Where it was asked.</param>
/// <param name="IsForPage">A person looks (portal 4.2): the root's place in the log is checked as well, and <see cref="Source"/> is <c>both</c>
/// wherever that is quick.</param>
public sealed record VerifyRoot(string ProofRoot, string Source, [property: NotOnTheWire] AskedHost Host, [property: NotOnTheWire] bool IsForPage = false)
    : IRequest<Outcome<RootVerified>>
{
    /// <summary>Over at most so many records a page recomputes without being asked to.</summary>
    public const int QuickRecords = 4_096;
}

public sealed record RootVerified
{
    /// <summary>The status is <c>VERIFIED</c> and every source that was asked agrees.</summary>
    public required bool Verified { get; init; }

    public required string Status { get; init; }

    /// <summary><c>checkpoint</c>, <c>submission</c> or <c>block</c>.</summary>
    public required string Type { get; init; }

    public required string Environment { get; init; }
    public required string ProofRoot { get; init; }
    public required string? ReceiptId { get; init; }
    public required VendorTenant? Tenant { get; init; }
    public required RecordedBy? RecordedBy { get; init; }
    public required DateTimeOffset RecordedAt { get; init; }
    public required DateTimeOffset? VerifiedAt { get; init; }
    public required string? Period { get; init; }
    public required DateTimeOffset? StartDate { get; init; }
    public required DateTimeOffset? EndDate { get; init; }
    public required DateTimeOffset? AsOf { get; init; }
    public required RootSummary Summary { get; init; }

    /// <summary>Always empty: no single record is public.</summary>
    public IReadOnlyList<string> Records { get; init; } = [];

    public required RootVerification Verification { get; init; }
    public required VerificationSources Sources { get; init; }
    public required DateTimeOffset CheckedAt { get; init; }
    public required string? Message { get; init; }
}

/// <summary>Amounts and balances are those of a checkpoint; null for everything else.</summary>
public sealed record RootSummary(
    long RecordCount, decimal? NetChange, decimal? StartingBalance, decimal? EndingBalance, DateTimeOffset? FirstRecordAt, DateTimeOffset? LastRecordAt);

/// <param name="VerificationReference">The root that was entered in the log; null until verified.</param>
public sealed record RootVerification(
    string? VerificationReference, string VerificationApiUrl, string VerificationExplorerUrl, string? LogOrigin, long? LogIndex, long? TreeSize, string LogUrl);

/// <summary>A source that was not asked is null.</summary>
public sealed record VerificationSources(bool? Db, bool? Chain);
