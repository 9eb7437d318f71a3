using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PacSpace.Infrastructure.Persistence;

/// <summary>A vendor, or a billing middleware, whose keys use this installation.</summary>
public sealed class Tenant
{
    public const string DirectInference = "DIRECT_INFERENCE";
    public const string BillingMiddleware = "BILLING_MIDDLEWARE";

    public required string TenantId { get; init; }

    /// <summary>As buyers see it, for a direct tenant.</summary>
    public required string Name { get; set; }

    public required string BuyerMode { get; init; }

    public string Tier { get; set; } = "enterprise";

    /// <summary>32 bytes behind customer references. It never changes: references are for ever.</summary>
    public required byte[] ReferenceKey { get; init; }

    public string? DefaultUnit { get; set; }

    public int CadenceIntervalSeconds { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DisabledAt { get; set; }
}

internal sealed class TenantMapping : IEntityTypeConfiguration<Tenant>
{
    public void Configure(EntityTypeBuilder<Tenant> builder) => builder.ToTable("tenants").HasKey(tenant => tenant.TenantId);
}
