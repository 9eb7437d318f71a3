using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

internal sealed class UpdateSharingValidator : RequestValidator<UpdateSharing>
{
    public UpdateSharingValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.VendorAccountId).VendorAccountId();
        RuleFor(r => r.Policy).OneOf(SharingPolicies.All);
    }
}
