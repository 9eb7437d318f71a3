using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Customers;

internal sealed class ListCustomersValidator : RequestValidator<ListCustomers>
{
    public ListCustomersValidator()
    {
        RuleFor(r => r.Page).Must(page => page is null or >= 1).WithMessage("must be at least 1")
            .Must((request, page) => page is null || request.Cursor is null).WithMessage("does not go with cursor");
        RuleFor(r => r.Limit).InclusiveBetween(1, 1000).WithMessage("must be 1 to 1000");
        RuleFor(r => r.Search).Characters(1, WireRules.MaxCustomerIdLength);
        RuleFor(r => r.Period).Month();
        RuleFor(r => r.VendorAccountId).VendorAccountId();
    }
}
