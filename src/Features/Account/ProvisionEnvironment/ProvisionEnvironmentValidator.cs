using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

internal sealed class ProvisionEnvironmentValidator : RequestValidator<ProvisionEnvironment>
{
    public ProvisionEnvironmentValidator()
    {
        RuleFor(request => request.TenantId).Required();
        RuleFor(request => request.Environment).Environment();
    }
}
