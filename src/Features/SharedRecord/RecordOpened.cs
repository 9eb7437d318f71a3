using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

/// <summary>What of a Shared Record a visitor may see (portal 1.2).</summary>
public enum RecordTier
{
    /// <summary>The vendor's name and the code form: GATED without a code.</summary>
    None,

    /// <summary>Total, count and the verification line: TWO_TIER without a code.</summary>
    Outer,

    /// <summary>Everything.</summary>
    Inner,
}

/// <summary>A link that answers, and how far it is open to this visitor.</summary>
/// <remarks>Pages read the record by the ordinary requests, with <see cref="Caller"/>, <see cref="CustomerId"/> and
/// <see cref="VendorAccountId"/>; what <see cref="Tier"/> does not give they must not ask for. None of the three is shown while
/// the tier is not <see cref="RecordTier.Inner"/>.</remarks>
public sealed record RecordOpened
{
    public required RecordTier Tier { get; init; }

    /// <summary>Effective: OPEN, TWO_TIER or GATED.</summary>
    public required string Policy { get; init; }

    /// <summary>A code opened it here, so "Close this record" is offered.</summary>
    public required bool CanClose { get; init; }

    /// <summary>False on a branded host that leaves the line out.</summary>
    public required bool ShowsPoweredBy { get; init; }

    public required VendorTenant Tenant { get; init; }

    public required RecordedBy RecordedBy { get; init; }

    public required string? Unit { get; init; }

    public required Caller Caller { get; init; }

    public required string CustomerId { get; init; }

    public required string? VendorAccountId { get; init; }

    /// <summary>For exports and comparisons that are asked for here: goes into their request, and from there into the access log.</summary>
    public required RecordVisit Visit { get; init; }

    public bool IsLocked => Tier != RecordTier.Inner;

    public override string ToString() => $"{nameof(RecordOpened)} {Tier}";
}

/// <summary>Who came, as the access log keeps it. Holds no handle.</summary>
/// <param name="Tier"><c>inner</c> or <c>outer</c>; null where nothing of the record was shown.</param>
/// <param name="ClientAddress">Shortened.</param>
public sealed record RecordVisit(int LedgerNo, int CustomerNo, long LinkNo, string Host, string? Tier, string? ClientAddress, string? UserAgent);
