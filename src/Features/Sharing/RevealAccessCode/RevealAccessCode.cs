using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>Shows the active link's code to its vendor.</summary>
public sealed record RevealAccessCode(Caller Caller, string CustomerId, string? VendorAccountId) : IRequest<Outcome<AccessCodeRevealed>>;

/// <param name="AccessHint">The six characters; null under OPEN, as is the other.</param>
/// <param name="AccessCodeCopy">Link and code in one line, for a letter.</param>
public sealed record AccessCodeRevealed(string? AccessHint, string? AccessCodeCopy)
{
    /// <summary>Never the code: this may reach a log.</summary>
    public override string ToString() => nameof(AccessCodeRevealed);
}
