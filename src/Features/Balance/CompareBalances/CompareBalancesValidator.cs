using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

internal sealed class CompareBalancesValidator : ReplayValidator<CompareBalances>
{
    public CompareBalancesValidator()
    {
        RuleFor(r => r.CustomerId).Required().CustomerId();
        RuleFor(r => r.YourBalance).Required().Must(IsBalance).WithMessage(BalanceMessage);
        RuleFor(r => r.TheirBalance).Required().Must(IsBalance).WithMessage(BalanceMessage);
    }
}
