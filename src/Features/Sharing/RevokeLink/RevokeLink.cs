using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>Ends a customer's link for good. One that was ended before stays so, and the answer is the same.</summary>
public sealed record RevokeLink(Caller Caller, string CustomerId, string? VendorAccountId) : IRequest<Outcome<CustomerSharing>>;
