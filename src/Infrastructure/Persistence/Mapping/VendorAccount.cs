using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PacSpace.Infrastructure.Persistence;

/// <summary>A seller beneath a billing middleware.</summary>
public sealed class VendorAccount
{
    /// <summary><c>cmw_vendor_</c> and 1 to 64 letters and digits.</summary>
    public required string VendorAccountId { get; init; }

    public required string TenantId { get; init; }

    /// <summary>What buyers see; the middleware is never named to them.</summary>
    public required string DisplayName { get; set; }

    /// <inheritdoc cref="Tenant.ReferenceKey"/>
    public required byte[] ReferenceKey { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ArchivedAt { get; set; }

    /// <summary>The branded host on which links of new customers are; null for the default host.</summary>
    public string? DomainId { get; set; }
}

internal sealed class VendorAccountMapping : IEntityTypeConfiguration<VendorAccount>
{
    public void Configure(EntityTypeBuilder<VendorAccount> builder)
    {
        builder.ToTable("vendor_accounts").HasKey(account => account.VendorAccountId);
        builder.HasOne<Tenant>().WithMany().HasForeignKey(account => account.TenantId);
    }
}
