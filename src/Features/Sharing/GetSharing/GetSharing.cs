using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>How a customer shares; never with its code.</summary>
public sealed record GetSharing(Caller Caller, string CustomerId, string? VendorAccountId) : IRequest<Outcome<CustomerSharing>>;
