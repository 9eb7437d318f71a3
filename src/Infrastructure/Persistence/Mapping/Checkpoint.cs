using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PacSpace.Infrastructure.Persistence;

/// <summary>The period-end proof for one customer, as stored.</summary>
public sealed class Checkpoint
{
    public required string CheckpointId { get; init; }
    public required int LedgerNo { get; init; }
    public required int CustomerNo { get; init; }
    public required string Environment { get; init; }

    /// <summary><c>all</c> or <c>selected</c>.</summary>
    public required string Mode { get; init; }

    /// <summary><c>api</c>, <c>dashboard</c>, <c>automation</c> or <c>receipt</c>.</summary>
    public required string Trigger { get; init; }

    public string? CheckpointRunId { get; init; }

    /// <summary>Of a closed window: the same checkpoint for ever.</summary>
    public byte[]? Identity { get; init; }

    /// <summary>Of the scope asked for, closed or open.</summary>
    public required byte[] ScopeIdentity { get; init; }

    public required DateTimeOffset StartAt { get; init; }
    public required DateTimeOffset EndAt { get; init; }
    public required DateTimeOffset AsOf { get; init; }
    public required DateTimeOffset CoveredThrough { get; init; }
    public required long RecordCount { get; init; }
    public required long FirstSeq { get; init; }
    public required long LastSeq { get; init; }
    public DateTimeOffset? FirstRecordAt { get; init; }
    public DateTimeOffset? LastRecordAt { get; init; }
    public required decimal Opening { get; init; }
    public required decimal Net { get; init; }
    public required decimal Closing { get; init; }
    public required decimal Increases { get; init; }
    public required decimal Decreases { get; init; }
    public string? Unit { get; init; }
    public required string RecordedBy { get; init; }

    /// <summary>The canonical text that was hashed.</summary>
    public required string Statement { get; init; }

    public required byte[] Salt { get; init; }
    public required byte[] ProofRoot { get; init; }
    public long[]? SelectedSeqs { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null until the root is in the log.</summary>
    public long? LogIndex { get; set; }

    public long? TreeSize { get; set; }
    public DateTimeOffset? VerifiedAt { get; set; }
    public DateTimeOffset? ReceiptIssuedAt { get; set; }

    public Customer Customer { get; init; } = null!;
}

internal sealed class CheckpointMapping : IEntityTypeConfiguration<Checkpoint>
{
    public void Configure(EntityTypeBuilder<Checkpoint> builder)
    {
        builder.ToTable("checkpoints").HasKey(checkpoint => checkpoint.CheckpointId);
        builder.HasOne(checkpoint => checkpoint.Customer).WithMany()
            .HasForeignKey(checkpoint => new { checkpoint.LedgerNo, checkpoint.CustomerNo });
    }
}
