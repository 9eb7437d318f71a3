using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PacSpace.Infrastructure.Persistence;

/// <summary>A key's public half, and the hash of its secret one.</summary>
public sealed class ApiKey
{
    /// <summary>The public half, without the prefix that names the environment.</summary>
    public required string KeyId { get; init; }

    public required string TenantId { get; init; }

    public required string Environment { get; init; }

    /// <summary>SHA-256 of the secret half, which itself is never stored.</summary>
    public required byte[] SecretHash { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set by a rotation: until then the old key and the new one both work.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? DisabledAt { get; set; }
}

internal sealed class ApiKeyMapping : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.ToTable("api_keys").HasKey(key => key.KeyId);
        builder.HasOne<Tenant>().WithMany().HasForeignKey(key => key.TenantId);
    }
}
