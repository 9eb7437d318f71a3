using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PacSpace.Infrastructure.Persistence;

/// <summary>An environment that a tenant may use. Without it its keys are answered 412.</summary>
public sealed class TenantEnvironment
{
    public required string TenantId { get; init; }

    public required string Environment { get; init; }

    public required DateTimeOffset ProvisionedAt { get; init; }
}

internal sealed class TenantEnvironmentMapping : IEntityTypeConfiguration<TenantEnvironment>
{
    public void Configure(EntityTypeBuilder<TenantEnvironment> builder)
    {
        builder.ToTable("tenant_environments").HasKey(environment => new { environment.TenantId, environment.Environment });
        builder.HasOne<Tenant>().WithMany().HasForeignKey(environment => environment.TenantId);
    }
}
