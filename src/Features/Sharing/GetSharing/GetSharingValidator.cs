using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

internal sealed class GetSharingValidator : RequestValidator<GetSharing>
{
    public GetSharingValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.VendorAccountId).VendorAccountId();
    }
}
