using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

internal sealed class ReadPeriodValidator : RequestValidator<ReadPeriod>
{
    public ReadPeriodValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.VendorAccountId).VendorAccountId();
        RuleFor(r => r.Limit).InclusiveBetween(1, 1000).WithMessage("must be 1 to 1000");
    }
}
