using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>Sets a customer's policy and host. What is not named stays as it is.</summary>
/// <param name="Policy">INHERIT, OPEN, TWO_TIER or GATED; null keeps it.</param>
/// <param name="DomainId">A branded host of the vendor; null is the default host.</param>
/// <param name="SetsDomain">Whether <paramref name="DomainId"/> was named at all.</param>
public sealed record UpdateSharing(Caller Caller, string CustomerId, string? VendorAccountId, string? Policy, string? DomainId, [property: NotOnTheWire] bool SetsDomain)
    : IRequest<Outcome<CustomerSharing>>;
