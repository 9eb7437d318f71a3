using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PacSpace.Infrastructure.Persistence;

/// <summary>A checkpoint of all active customers of a ledger, and how far it has come.</summary>
public sealed class CheckpointRun
{
    public required string CheckpointRunId { get; init; }
    public required int LedgerNo { get; init; }

    /// <summary>Of a closed window: one run for ever.</summary>
    public byte[]? Identity { get; init; }

    public required DateTimeOffset StartAt { get; init; }
    public required DateTimeOffset EndAt { get; init; }
    public required DateTimeOffset AsOf { get; init; }
    public required int TotalCustomers { get; set; }
    public int CommittedCount { get; set; }
    public int ExistingCount { get; set; }
    public int SkippedCount { get; set; }

    /// <summary>A JSON array, at most a hundred of them.</summary>
    public string Skipped { get; set; } = "[]";

    public required string Trigger { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; set; }
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>Where the run goes on after a crash.</summary>
    public int NextCustomerNo { get; set; }

    public Ledger Ledger { get; init; } = null!;
}

internal sealed class CheckpointRunMapping : IEntityTypeConfiguration<CheckpointRun>
{
    public void Configure(EntityTypeBuilder<CheckpointRun> builder)
    {
        builder.ToTable("checkpoint_runs").HasKey(run => run.CheckpointRunId);
        builder.Property(run => run.Skipped).HasColumnType("jsonb");
        builder.HasOne(run => run.Ledger).WithMany().HasForeignKey(run => run.LedgerNo);
    }
}
