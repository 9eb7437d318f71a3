using MediatR;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Account;

/// <summary>pacspace tenant list</summary>
internal sealed class ListTenantsCommand(IMediator sender) : OperatorCommand
{
    public override void Configure()
    {
        Named("tenant list");
        Summary("Lists every tenant, oldest first.");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct) =>
        output.Show(await sender.Send(new ListTenants(), ct), list => output.Table(
            ["TENANT", "BUYER MODE", "TIER", "ENVIRONMENTS", "STATE", "NAME"],
            list.Tenants.Select(tenant => (IReadOnlyList<string>)
                [tenant.TenantId, tenant.BuyerMode, tenant.Tier, string.Join(',', tenant.Environments), tenant.DisabledAt is null ? "active" : "disabled", tenant.Name])));
}
