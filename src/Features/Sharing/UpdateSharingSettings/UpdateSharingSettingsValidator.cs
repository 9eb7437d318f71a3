using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

internal sealed class UpdateSharingSettingsValidator : RequestValidator<UpdateSharingSettings>
{
    public UpdateSharingSettingsValidator() => RuleFor(r => r.DefaultPolicy).OneOf(SharingPolicies.Defaults);
}
