using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PacSpace.Infrastructure.Persistence;

/// <summary>A host of a vendor's own on which its links are served.</summary>
public sealed class TenantDomain
{
    public const string PendingOwnership = "PENDING_OWNERSHIP";

    /// <summary>The last stage, and the only one in which the host serves anything.</summary>
    public const string RouteBound = "ROUTE_BOUND";

    public required string DomainId { get; init; }

    public required string TenantId { get; init; }

    /// <summary>Under middleware always set: the host never serves another vendor account's links.</summary>
    public string? VendorAccountId { get; init; }

    /// <summary>Lower case, without a port.</summary>
    public required string Hostname { get; init; }

    /// <summary>What the TXT record has to say.</summary>
    public required string Challenge { get; init; }

    public required string Stage { get; set; }

    public bool SuppressPoweredBy { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ActivatedAt { get; set; }
}

internal sealed class TenantDomainMapping : IEntityTypeConfiguration<TenantDomain>
{
    public void Configure(EntityTypeBuilder<TenantDomain> builder) => builder.ToTable("tenant_domains").HasKey(domain => domain.DomainId);
}
