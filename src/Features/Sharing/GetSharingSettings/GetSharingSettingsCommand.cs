using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Sharing;

/// <summary>pacspace sharing defaults</summary>
internal sealed class GetSharingSettingsCommand(IMediator sender, TenantCallers callers) : SharingCommand(callers)
{
    public override void Configure()
    {
        Named("sharing defaults");
        Summary("Shows what a tenant set for all its customers.");
        NamesTenant();
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct) =>
        (await TenantAsync(input, ct)).Accepted(out var caller, out var refusal)
            ? output.Show(await sender.Send(new GetSharingSettings(caller), ct), settings => SharingLines.Write(output, settings))
            : output.Refuse(refusal);
}
