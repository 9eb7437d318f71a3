using MediatR;
using PacSpace.Features.Commands;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

/// <summary>pacspace tenant create</summary>
internal sealed class CreateTenantCommand(IMediator sender) : OperatorCommand
{
    public override void Configure()
    {
        Named("tenant create");
        Summary("Makes a tenant and provisions its environments. Keys come from pacspace key create.");
        Option("name", "TEXT", "as buyers see it", isRequired: true);
        Flag("middleware", "a billing middleware that records for vendor accounts; it cannot be changed later");
        Option("tier", "TIER", $"{string.Join(", ", Plan.Tiers)} (default)");
        Option("unit", "TEXT", "the label that its customers' records get, such as credits");
        Option("cadence-seconds", "N", "shortest time between two records of a customer (default 0, no limit)");
        Option("environments", "LIST", "sandbox,production (default) or one of them; tier free has the sandbox alone");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        var tier = input.Text("tier") ?? Plan.HighestTier;
        var request = new CreateTenant(
            input.Text("name")!,
            input.Has("middleware"),
            tier,
            input.Text("unit"),
            input.WholeNumber("cadence-seconds", otherwise: 0, min: 0, max: int.MaxValue),
            input.Text("environments")?.Split(',') ?? (tier == Plan.FreeTier ? [Environments.Sandbox] : [Environments.Sandbox, Environments.Production]));
        return output.Show(await sender.Send(request, ct), tenant =>
            output.Answers.WriteLine($"Made tenant {tenant.TenantId} ({tenant.Name}, {tenant.BuyerMode}) in {string.Join(" and ", tenant.Environments)}."));
    }
}
