using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Automation;

internal sealed class GetCheckpointAutomationHandler(AutomationRows rows, AutomationViews views)
    : IRequestHandler<GetCheckpointAutomation, Outcome<CheckpointAutomation>>
{
    public async Task<Outcome<CheckpointAutomation>> Handle(GetCheckpointAutomation request, CancellationToken ct) =>
        await views.ShowAsync(request.Caller, await rows.FindAsync(request.Caller.TenantId, request.Caller.Environment, ct), ct);
}
