using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Sharing;

/// <summary>pacspace sharing settings</summary>
internal sealed class UpdateSharingSettingsCommand(IMediator sender, TenantCallers callers) : SharingCommand(callers)
{
    public override void Configure()
    {
        Named("sharing settings");
        Summary("Sets what holds for all of a tenant's customers. Another policy ends the open sessions of customers who inherit it.");
        NamesTenant();
        Option("default-policy", "POLICY", "OPEN, TWO_TIER or GATED (default: as it is)");
        Option("auto-create-links", "YES", "yes or no: whether a new customer gets a link by itself (default: as it is)");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        if (!(await TenantAsync(input, ct)).Accepted(out var caller, out var refusal)) return output.Refuse(refusal);
        bool? creates = input.Text("auto-create-links") switch
        {
            null => null,
            "yes" => true,
            "no" => false,
            _ => throw new CommandUsageException("--auto-create-links must be yes or no"),
        };
        return output.Show(await sender.Send(new UpdateSharingSettings(caller, input.Text("default-policy"), creates), ct), settings => SharingLines.Write(output, settings));
    }
}
