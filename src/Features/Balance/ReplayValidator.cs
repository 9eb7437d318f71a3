using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary>The rules of the fields that every replay is asked by (api-balance 3.5).</summary>
internal abstract class ReplayValidator<TRequest> : RequestValidator<TRequest>
    where TRequest : IReplayFields
{
    private const decimal MaxBalance = 1_000_000_000_000_000_000;

    protected ReplayValidator()
    {
        RuleFor(r => r.StartingBalance).Must(balance => IsBalance(balance)).WithMessage(BalanceMessage);
        RuleFor(r => r.StartingCheckpointType).Must(type => type is null or "proofRoot" or "recordId").WithMessage("must be proofRoot or recordId");
        RuleFor(r => r.Granularity).Must(granularity => granularity is null or "day" or "week" or "month").WithMessage("must be day, week or month");
        RuleFor(r => r.StartingCheckpointType).Must((r, type) => type is null || r.StartingCheckpoint is not null).WithMessage("needs startingCheckpoint");
    }

    protected static string BalanceMessage => "must lie between -10^18 and 10^18";

    protected static bool IsBalance(decimal? balance) => balance is not { } given || Math.Abs(given) <= MaxBalance;
}
