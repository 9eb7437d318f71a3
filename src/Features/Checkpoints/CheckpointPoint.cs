using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

/// <summary>A checkpoint in a timeline or a comparison (api-balance 4.3).</summary>
public sealed record CheckpointPoint
{
    public required string CheckpointId { get; init; }

    /// <summary>Null for <c>selected</c>, which gives no receipt document.</summary>
    public required string? ReceiptId { get; init; }

    public required string Status { get; init; }
    public required string Mode { get; init; }

    /// <summary>Null unless the window is exactly one UTC month.</summary>
    public required string? Period { get; init; }

    public required DateTimeOffset StartDate { get; init; }
    public required DateTimeOffset EndDate { get; init; }
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>The earlier of <see cref="EndDate"/> and <see cref="AsOf"/>; an exclusive end.</summary>
    public required DateTimeOffset CoveredThrough { get; init; }

    public required string ProofRoot { get; init; }
    public required long DeltaCount { get; init; }
    public long DeltasCount => DeltaCount;
    public required decimal StartingBalance { get; init; }
    public required decimal NetDelta { get; init; }
    public required decimal FinalBalance { get; init; }

    /// <summary>Null until completed, as is <see cref="VerifiedAt"/>.</summary>
    public required string? VerificationReference { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? VerifiedAt { get; init; }

    internal static CheckpointPoint Of(StoredCheckpoint checkpoint) => new()
    {
        CheckpointId = checkpoint.CheckpointId,
        ReceiptId = checkpoint.Mode == CheckpointMode.All ? checkpoint.CheckpointId : null,
        Status = CheckpointViews.Status(checkpoint),
        Mode = CheckpointIdentity.ModeText(checkpoint.Mode),
        Period = checkpoint.Window.AsPeriod()?.ToString(),
        StartDate = checkpoint.Window.Start.ToDateTimeOffset(),
        EndDate = checkpoint.Window.End.ToDateTimeOffset(),
        AsOf = checkpoint.AsOf.ToDateTimeOffset(),
        CoveredThrough = checkpoint.CoveredThrough.ToDateTimeOffset(),
        ProofRoot = checkpoint.ProofRoot.To0x(),
        DeltaCount = checkpoint.RecordCount,
        StartingBalance = checkpoint.Opening.Value,
        NetDelta = checkpoint.Net.Value,
        FinalBalance = checkpoint.Closing.Value,
        VerificationReference = checkpoint.IsCompleted ? checkpoint.ProofRoot.To0x() : null,
        CreatedAt = checkpoint.CreatedAt.ToDateTimeOffset(),
        VerifiedAt = checkpoint.VerifiedAt,
    };
}
