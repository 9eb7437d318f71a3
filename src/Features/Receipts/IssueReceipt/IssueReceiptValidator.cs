using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

internal sealed class IssueReceiptValidator : RequestValidator<IssueReceipt>
{
    public IssueReceiptValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.VendorAccountId).VendorAccountId();
        RuleFor(r => r.Limit).InclusiveBetween(0, 1000).WithMessage("must be 0 to 1000");
    }
}
