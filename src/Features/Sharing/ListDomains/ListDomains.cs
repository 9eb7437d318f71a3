using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>A tenant's branded hosts, oldest first.</summary>
public sealed record ListDomains(Caller Caller) : IRequest<Outcome<DomainsListed>>;

public sealed record DomainsListed(IReadOnlyList<BrandedHost> Domains);
