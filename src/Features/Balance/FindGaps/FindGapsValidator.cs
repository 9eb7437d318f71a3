using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

internal sealed class FindGapsValidator : RequestValidator<FindGaps>
{
    public FindGapsValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.FromSequence).GreaterThanOrEqualTo(1).WithMessage("must be at least 1");
        RuleFor(r => r.ToSequence).Must((r, to) => to is null || to >= r.FromSequence).WithMessage("must not be below fromSequence");
        RuleFor(r => r.Limit).InclusiveBetween(1, 1_000).WithMessage("must be 1 to 1000");
    }
}
