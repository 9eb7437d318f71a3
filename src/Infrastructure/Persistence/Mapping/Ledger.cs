using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PacSpace.Infrastructure.Persistence;

/// <summary>The records of one tenant, environment and, under middleware, vendor account. Made by the writer.</summary>
public sealed class Ledger
{
    public int LedgerNo { get; init; }

    public required string LedgerId { get; init; }

    public required string TenantId { get; init; }

    public required string Environment { get; init; }

    public string? VendorAccountId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class LedgerMapping : IEntityTypeConfiguration<Ledger>
{
    public void Configure(EntityTypeBuilder<Ledger> builder)
    {
        builder.ToTable("ledgers").HasKey(ledger => ledger.LedgerNo);
        builder.Property(ledger => ledger.LedgerNo).UseIdentityAlwaysColumn();
    }
}
