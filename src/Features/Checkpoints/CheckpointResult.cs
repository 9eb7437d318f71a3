using System.Text.Json.Serialization;

namespace PacSpace.Features.Checkpoints;

/// <summary>A checkpoint as every route shows it (api-balance 2).</summary>
public sealed record CheckpointResult
{
    public required string CheckpointId { get; init; }

    /// <summary>Null for <c>selected</c>, which gives no receipt document.</summary>
    public required string? ReceiptId { get; init; }

    /// <summary>The run that committed it.</summary>
    public required string? CheckpointRunId { get; init; }

    /// <summary><c>VERIFIED</c> once its root is in a signed tree head; <c>QUEUED</c> until then.</summary>
    public required string Status { get; init; }

    public required string Mode { get; init; }
    public required string Trigger { get; init; }
    public required string Environment { get; init; }
    public required string? VendorAccountId { get; init; }
    public required string CustomerId { get; init; }
    public required string CustomerReference { get; init; }

    /// <summary><c>YYYY-MM</c>; null unless the window is exactly one UTC month.</summary>
    public required string? Period { get; init; }

    public required DateTimeOffset StartDate { get; init; }
    public required DateTimeOffset EndDate { get; init; }

    /// <summary>When it was committed; for a window still open, the cut-off.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>The earlier of <see cref="EndDate"/> and <see cref="AsOf"/>; an exclusive end.</summary>
    public required DateTimeOffset CoveredThrough { get; init; }

    public required string ProofRoot { get; init; }
    public required long DeltaCount { get; init; }
    public long DeltasCount => DeltaCount;
    public required decimal StartingBalance { get; init; }
    public required decimal NetDelta { get; init; }
    public required decimal FinalBalance { get; init; }
    public required long? FirstSequence { get; init; }
    public required long? LastSequence { get; init; }
    public required DateTimeOffset? FirstRecordAt { get; init; }
    public required DateTimeOffset? LastRecordAt { get; init; }

    /// <summary>Null until completed, as are <see cref="LogIndex"/> and <see cref="VerifiedAt"/>.</summary>
    public required string? VerificationReference { get; init; }

    public required long? LogIndex { get; init; }
    public required string VerifyUrl { get; init; }
    public required string? ReceiptUrl { get; init; }
    public required string VerificationApiUrl { get; init; }
    public required string VerificationExplorerUrl { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>On a commit alone: whether it existed already.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Idempotent { get; init; }
}
