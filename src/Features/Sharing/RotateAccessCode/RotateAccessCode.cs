using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>Gives the active link another code. Sessions that the old one opened end, and its failures no longer count.</summary>
public sealed record RotateAccessCode(Caller Caller, string CustomerId, string? VendorAccountId) : IRequest<Outcome<AccessCodeRotated>>;

/// <param name="AccessHint">The new code; null under OPEN.</param>
public sealed record AccessCodeRotated(CustomerSharing Sharing, string? AccessHint)
{
    /// <summary>Never the code: this may reach a log.</summary>
    public override string ToString() => nameof(AccessCodeRotated);
}
