using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

internal sealed class CreateTenantValidator : RequestValidator<CreateTenant>
{
    private const int MaxNameLength = 200;
    private const int MaxUnitLength = 32;

    public CreateTenantValidator()
    {
        RuleFor(request => request.Name).Characters(1, MaxNameLength).NotBlank();
        RuleFor(request => request.Tier).Tier();
        RuleFor(request => request.Unit).Characters(1, MaxUnitLength).NotBlank();
        RuleFor(request => request.CadenceIntervalSeconds).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(request => request.Environments)
            .Must(environments => environments.Count > 0 && environments.All(Environments.Contains) && environments.Distinct().Count() == environments.Count)
            .WithMessage("must be sandbox, production or both")
            .Must((request, environments) => request.Tier != Plan.FreeTier || !environments.Contains(Environments.Production))
            .WithMessage("must be sandbox alone for tier free");
    }
}
