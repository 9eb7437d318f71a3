using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features.Sharing;

/// <summary>A host of a vendor's own (api-dashboard 11.1).</summary>
/// <param name="Id">The same as <paramref name="DomainId"/>.</param>
/// <param name="Stage">PENDING_OWNERSHIP, CNAME_PENDING, CERT_REQUESTED, CERT_ISSUED or ROUTE_BOUND; only the last serves links.</param>
public sealed record BrandedHost(
    string Id, string DomainId, string Hostname, string? VendorAccountId, string Stage, BrandedHostDns Dns, bool SuppressPoweredBy,
    DateTimeOffset? CertificateExpiresAt, bool RenewalFailing, DateTimeOffset? LastCheckedAt, DateTimeOffset? NextCheckAt, string? LastError,
    DateTimeOffset CreatedAt, DateTimeOffset? ActivatedAt);

/// <summary>What the vendor has to put into its DNS.</summary>
public sealed record BrandedHostDns(string TxtName, string TxtValue, string CnameName, string CnameTarget);

/// <summary>Shows branded hosts to their vendor.</summary>
internal sealed class BrandedHostViews(PublicAddress address)
{
    public BrandedHost Show(TenantDomain domain) => new(
        domain.DomainId, domain.DomainId, domain.Hostname, domain.VendorAccountId, domain.Stage,
        new BrandedHostDns($"_pacspace-challenge.{domain.Hostname}", $"pacspace-domain-verification={domain.Challenge}", domain.Hostname, address.Root.Host),
        domain.SuppressPoweredBy, null, false, null, null, null, domain.CreatedAt, domain.ActivatedAt);
}
