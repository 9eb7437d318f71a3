using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Automation;

/// <summary>pacspace automation set</summary>
internal sealed class UpdateCheckpointAutomationCommand(IMediator sender, TenantCallers callers) : OperatorCommand
{
    public override void Configure()
    {
        Named("automation set");
        Summary("Sets how often a tenant's checkpoints are committed by themselves, after the end of each UTC month, ISO week or UTC day.");
        Option("tenant", "TENANT", "a tenant id", isRequired: true);
        Option("environment", "ENV", "sandbox or production", isRequired: true);
        Option("cadence", "CADENCE", "monthly (default), weekly, or daily for tier enterprise");
        Option("delay-minutes", "N", "how long after the end (default 5)");
        Flag("off", "commit none by themselves");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        if (!(await callers.FindAsync(input.Text("tenant")!, input.Text("environment")!, ct)).Accepted(out var caller, out var refusal)) return output.Refuse(refusal);
        var delay = input.WholeNumber("delay-minutes", AutomationSettings.DefaultDelayMinutes, min: 0, max: AutomationSettings.MaxDelayMinutes);
        var request = new UpdateCheckpointAutomation(caller, !input.Has("off"), input.Text("cadence") ?? Cadences.Text(Cadence.Monthly), delay);
        return output.Show(await sender.Send(request, ct), automation => AutomationLines.Write(output, automation));
    }
}
