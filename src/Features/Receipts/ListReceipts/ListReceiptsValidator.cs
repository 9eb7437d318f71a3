using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

internal sealed class ListReceiptsValidator : RequestValidator<ListReceipts>
{
    public ListReceiptsValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.Limit).InclusiveBetween(1, 1000).WithMessage("must be 1 to 1000");
        RuleFor(r => r.Offset).GreaterThanOrEqualTo(0).WithMessage("must not be negative")
            .Must((request, offset) => request.Cursor is null || offset == 0).WithMessage("does not go with cursor");
    }
}
