using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

internal sealed class RotateAccessCodeValidator : RequestValidator<RotateAccessCode>
{
    public RotateAccessCodeValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.VendorAccountId).VendorAccountId();
    }
}
