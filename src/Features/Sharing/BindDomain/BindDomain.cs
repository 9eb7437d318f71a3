using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>The operator's word that a branded host's name leads here and that a proxy in front holds its certificate: from now on
/// it serves its vendor's links.</summary>
public sealed record BindDomain(string DomainId) : IRequest<Outcome<BrandedHost>>, IOperatorRequest;
