using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

internal sealed class IssueLinkValidator : RequestValidator<IssueLink>
{
    public IssueLinkValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.VendorAccountId).VendorAccountId();
    }
}
