using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Customers;

internal sealed class SummarizeCustomersValidator : RequestValidator<SummarizeCustomers>
{
    public SummarizeCustomersValidator() =>
        RuleFor(r => r.Period).Must(period => period is null || Evidence.Period.TryParse(period, out _)).WithMessage("must be a month as YYYY-MM");
}
