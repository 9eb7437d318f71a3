using MediatR;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Account;

/// <summary>pacspace environment provision</summary>
internal sealed class ProvisionEnvironmentCommand(IMediator sender) : OperatorCommand
{
    public override void Configure()
    {
        Named("environment provision");
        Summary("Lets a tenant use an environment.");
        Option("tenant", "TENANT", "a tenant id", isRequired: true);
        Option("environment", "ENV", "sandbox or production", isRequired: true);
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct) =>
        output.Show(await sender.Send(new ProvisionEnvironment(input.Text("tenant")!, input.Text("environment")!), ct), provisioned =>
            output.Answers.WriteLine($"Tenant {provisioned.TenantId} may use {provisioned.Environment}."));
}
