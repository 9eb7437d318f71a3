using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Customers;

internal sealed class GetCustomerValidator : RequestValidator<GetCustomer>
{
    public GetCustomerValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.VendorAccountId).VendorAccountId();
        RuleFor(r => r.Period).Month();
        RuleFor(r => r.DeltaPeriod).Must(period => period is null or "all").WithMessage("must be all");
        RuleFor(r => r.DeltaPage).Must(page => page is null or >= 1).WithMessage("must be at least 1")
            .Must((request, page) => page is null || request.DeltaCursor is null).WithMessage("does not go with deltaCursor");
        RuleFor(r => r.DeltaLimit).InclusiveBetween(1, 1000).WithMessage("must be 1 to 1000");
        RuleFor(r => r.Status).Must(status => status is null || status.ToUpperInvariant() is "QUEUED" or "PROCESSING" or "VERIFIED" or "FAILED")
            .WithMessage("must be QUEUED, PROCESSING, VERIFIED or FAILED");
    }
}
