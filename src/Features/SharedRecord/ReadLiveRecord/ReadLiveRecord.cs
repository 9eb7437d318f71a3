using System.Text.Json.Serialization;
using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

/// <summary>A customer's record of one month as it stands now: totals, and its rows, newest first. Sends no view event.</summary>
/// <param name="Period"><c>YYYY-MM</c>; null for the current month, or the cursor's.</param>
public sealed record ReadLiveRecord(Caller Caller, string CustomerId, string? VendorAccountId, string? Period, int Limit, string? Cursor)
    : IRequest<Outcome<LiveRecordRead>>;

public sealed record LiveRecordRead
{
    public required VendorTenant Tenant { get; init; }
    public required RecordedBy RecordedBy { get; init; }
    public required string? VendorAccountId { get; init; }
    public required string CustomerId { get; init; }
    public required string CustomerReference { get; init; }
    public required string Environment { get; init; }
    public required string Period { get; init; }
    public required DateTimeOffset StartDate { get; init; }
    public required DateTimeOffset EndDate { get; init; }

    /// <summary>The one that the month's records have; <see cref="UnitLabel"/> when they have none or several.</summary>
    public required string? Unit { get; init; }

    /// <summary>The one that new records get.</summary>
    public required string? UnitLabel { get; init; }

    /// <summary>Records accepted in the month, as <see cref="RecordCount"/>.</summary>
    public long RecordedThisPeriod => RecordCount;

    public required long RecordCount { get; init; }

    /// <summary>Signed, without records that are FAILED.</summary>
    public required decimal RecordedAmountThisPeriod { get; init; }

    public decimal RecordedAmount => Math.Abs(RecordedAmountThisPeriod);

    /// <summary>Records whose verification completed in the month.</summary>
    public required long VerifiedThisPeriod { get; init; }

    /// <summary>Over all verified records.</summary>
    public required decimal CumulativeBalance { get; init; }

    /// <summary>An exclusive end; null when no period is verified.</summary>
    public required DateTimeOffset? VerifiedThroughAt { get; init; }

    public required LiveRecordLabels Labels { get; init; }
    public required IReadOnlyList<RecordRow> Records { get; init; }
    public required DateTimeOffset AsOf { get; init; }
    public required int Limit { get; init; }
    public required string? NextCursor { get; init; }

    /// <summary>Where the page of newer rows begins; null on the first. For pages.</summary>
    [JsonIgnore]
    public string? NewerCursor { get; init; }

    /// <summary>The month rises and falls, so the headline is a net. For pages.</summary>
    [JsonIgnore]
    public bool HasIncreasesAndDecreases { get; init; }

    /// <summary>The month's records differ in their units: rows show their own. For pages.</summary>
    [JsonIgnore]
    public bool HasMixedUnits { get; init; }

    /// <summary>The customer has records in other months, sealed or not. For pages.</summary>
    [JsonIgnore]
    public bool HasOtherMonths { get; init; }
}

public sealed record LiveRecordLabels(string Total, string RecordCount, string VerifiedThrough, string RecordedBy);
