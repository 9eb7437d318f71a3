using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Automation;

/// <summary>pacspace automation show</summary>
internal sealed class GetCheckpointAutomationCommand(IMediator sender, TenantCallers callers) : OperatorCommand
{
    public override void Configure()
    {
        Named("automation show");
        Summary("Says how often a tenant's checkpoints are committed by themselves, and when next.");
        Option("tenant", "TENANT", "a tenant id", isRequired: true);
        Option("environment", "ENV", "sandbox or production", isRequired: true);
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        if (!(await callers.FindAsync(input.Text("tenant")!, input.Text("environment")!, ct)).Accepted(out var caller, out var refusal)) return output.Refuse(refusal);
        return output.Show(await sender.Send(new GetCheckpointAutomation(caller), ct), automation => AutomationLines.Write(output, automation));
    }
}
