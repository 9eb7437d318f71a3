using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

internal sealed class RevealAccessCodeValidator : RequestValidator<RevealAccessCode>
{
    public RevealAccessCodeValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.VendorAccountId).VendorAccountId();
    }
}
