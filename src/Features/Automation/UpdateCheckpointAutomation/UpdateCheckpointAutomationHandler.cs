using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Automation;

internal sealed class UpdateCheckpointAutomationHandler(AutomationRows rows, AutomationViews views, AutomationBell bell, TimeProvider clock)
    : IRequestHandler<UpdateCheckpointAutomation, Outcome<CheckpointAutomation>>
{
    public async Task<Outcome<CheckpointAutomation>> Handle(UpdateCheckpointAutomation request, CancellationToken ct)
    {
        var cadence = Cadences.Of(request.Cadence!);
        if (!Cadences.IsAllowed(cadence, request.Caller.Tier)) return new Refusal(RefusalCode.Forbidden, "Daily checkpoints need the Enterprise tier");

        var now = Timestamp.FromDateTimeOffset(clock.GetUtcNow());
        var settings = await rows.ChangeAsync(
            request.Caller.TenantId, request.Caller.Environment,
            before => before.Change(request.Enabled!.Value, cadence, request.DelayMinutes ?? AutomationSettings.DefaultDelayMinutes, now), ct);
        bell.Ring();
        return await views.ShowAsync(request.Caller, settings, ct);
    }
}
