using FluentValidation;

namespace PacSpace.Features.Account;

internal static class TierRule
{
    /// <summary>Null passes.</summary>
    public static IRuleBuilderOptions<T, string?> Tier<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(tier => tier is null || Plan.Tiers.Contains(tier)).WithMessage("must be one of " + string.Join(", ", Plan.Tiers));
}
