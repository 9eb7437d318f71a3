using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

internal sealed class DisableTenantValidator : RequestValidator<DisableTenant>
{
    public DisableTenantValidator() => RuleFor(request => request.TenantId).Required();
}
