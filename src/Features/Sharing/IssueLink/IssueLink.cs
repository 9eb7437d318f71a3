using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>Gives a customer a link that has none, or another one in place of the active one.</summary>
/// <param name="Reissue">Ends an active link, which never works again. Without it an active link is a conflict.</param>
public sealed record IssueLink(Caller Caller, string CustomerId, string? VendorAccountId, bool Reissue) : IRequest<Outcome<CustomerSharing>>;
