using FluentValidation;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

internal sealed class ListAccessLogValidator : RequestValidator<ListAccessLog>
{
    public ListAccessLogValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.VendorAccountId).VendorAccountId();
        RuleFor(r => r.Kind).OneOf(AccessKinds.All);
        RuleFor(r => r.Limit).InclusiveBetween(1, 1000).WithMessage("must be 1 to 1000");
    }
}
