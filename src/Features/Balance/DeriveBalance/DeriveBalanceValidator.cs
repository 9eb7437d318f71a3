using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

internal sealed class DeriveBalanceValidator : ReplayValidator<DeriveBalance>
{
    public const int MaxLimit = WireLimits.MaxPageSize;

    public DeriveBalanceValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.Limit).InclusiveBetween(1, MaxLimit).WithMessage($"must be 1 to {MaxLimit}");
        RuleFor(r => r.Offset).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(r => r.Offset).Must((r, offset) => r.Cursor is null || offset == 0).WithMessage("does not go with cursor");
    }
}
