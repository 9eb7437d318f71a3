using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

internal sealed class RevokeLinkValidator : RequestValidator<RevokeLink>
{
    public RevokeLinkValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.VendorAccountId).VendorAccountId();
    }
}
