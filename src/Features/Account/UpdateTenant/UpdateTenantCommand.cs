using MediatR;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Account;

/// <summary>pacspace tenant update</summary>
internal sealed class UpdateTenantCommand(IMediator sender) : OperatorCommand
{
    public override void Configure()
    {
        Named("tenant update");
        Summary("Changes a tenant's tier or cadence. What is not named stays as it is.");
        Argument("TENANT", "a tenant id");
        Option("tier", "TIER", string.Join(", ", Plan.Tiers));
        Option("cadence-seconds", "N", "shortest time between two records of a customer; 0 is no limit");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        int? cadence = input.Has("cadence-seconds") ? input.WholeNumber("cadence-seconds", otherwise: 0, min: 0, max: int.MaxValue) : null;
        return output.Show(await sender.Send(new UpdateTenant(input.Arguments[0], input.Text("tier"), cadence), ct), tenant => output.Answers.WriteLine(
            $"Tenant {tenant.TenantId} is {tenant.Tier}, {(tenant.CadenceIntervalSeconds == 0 ? "without a cadence" : $"a record a customer every {tenant.CadenceIntervalSeconds} s")}; every node knows within {KeyBelief.Seconds} seconds."));
    }
}
