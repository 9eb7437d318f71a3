using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

internal sealed class DeriveBalanceValidator : RequestValidator<DeriveBalance>
{
    public const int MaxLimit = 1_000;

    private const decimal MaxBalance = 1_000_000_000_000_000_000;

    public DeriveBalanceValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.StartingBalance).Must(balance => Math.Abs(balance) <= MaxBalance).WithMessage("must lie between -10^18 and 10^18");
        RuleFor(r => r.StartingCheckpointType).Must(type => type is null or "proofRoot" or "recordId").WithMessage("must be proofRoot or recordId");
        RuleFor(r => r.Granularity).Must(granularity => granularity is null or "day" or "week" or "month").WithMessage("must be day, week or month");
        RuleFor(r => r.Limit).InclusiveBetween(1, MaxLimit).WithMessage($"must be 1 to {MaxLimit}");
        RuleFor(r => r.Offset).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(r => r.Offset).Must((r, offset) => r.Cursor is null || offset == 0).WithMessage("does not go with cursor");
        RuleFor(r => r.StartingCheckpointType).Must((r, type) => type is null || r.StartingCheckpoint is not null).WithMessage("needs startingCheckpoint");
    }
}
