using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

internal sealed class UpdateTenantValidator : RequestValidator<UpdateTenant>
{
    public UpdateTenantValidator()
    {
        RuleFor(request => request.TenantId).Required();
        RuleFor(request => request.Tier)
            .Tier()
            .Must((request, tier) => tier is not null || request.CadenceIntervalSeconds is not null).WithMessage("or a cadence must be given");
        RuleFor(request => request.CadenceIntervalSeconds).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
    }
}
