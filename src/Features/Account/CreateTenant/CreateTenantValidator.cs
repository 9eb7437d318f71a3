using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

internal sealed class CreateTenantValidator : RequestValidator<CreateTenant>
{
    private const int MaxNameLength = 200;
    private const int MaxUnitLength = 32;
    private static readonly string[] s_tiers = ["free", "pilot", "starter", "growth", "scale", "enterprise"];

    public CreateTenantValidator()
    {
        RuleFor(request => request.Name).Characters(1, MaxNameLength).NotBlank();
        RuleFor(request => request.Tier).Must(tier => s_tiers.Contains(tier)).WithMessage("must be one of " + string.Join(", ", s_tiers));
        RuleFor(request => request.Unit).Characters(1, MaxUnitLength).NotBlank();
        RuleFor(request => request.CadenceIntervalSeconds).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(request => request.Environments)
            .Must(environments => environments.Count > 0 && environments.All(Environments.Contains) && environments.Distinct().Count() == environments.Count)
            .WithMessage("must be sandbox, production or both");
    }
}
