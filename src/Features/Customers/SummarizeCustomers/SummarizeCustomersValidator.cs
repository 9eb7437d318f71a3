using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Customers;

internal sealed class SummarizeCustomersValidator : RequestValidator<SummarizeCustomers>
{
    public SummarizeCustomersValidator() =>
        RuleFor(r => r.Period).Month();
}
