using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Automation;

internal sealed class UpdateCheckpointAutomationValidator : RequestValidator<UpdateCheckpointAutomation>
{
    public UpdateCheckpointAutomationValidator()
    {
        RuleFor(r => r.Enabled).Required();
        RuleFor(r => r.Cadence).Required().Must(cadence => Cadences.All.Contains(cadence)).WithMessage("must be " + string.Join(", ", Cadences.All));
        RuleFor(r => r.DelayMinutes).InclusiveBetween(0, AutomationSettings.MaxDelayMinutes).WithMessage($"must be 0 to {AutomationSettings.MaxDelayMinutes}");
    }
}
