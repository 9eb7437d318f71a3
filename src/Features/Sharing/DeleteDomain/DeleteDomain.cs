using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>Takes a branded host away. Its links move to the default host, and sessions that hang on them end.</summary>
public sealed record DeleteDomain(Caller Caller, string DomainId) : IRequest<Outcome<DomainDeleted>>;

public sealed record DomainDeleted(string Id, bool Deleted);
