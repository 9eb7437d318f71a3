using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Sharing;

/// <summary>pacspace embed show</summary>
internal sealed class GetEmbedOriginsCommand(IMediator sender, TenantCallers callers) : SharingCommand(callers)
{
    public override void Configure()
    {
        Named("embed show");
        Summary("Lists the sites that may show a tenant's receipts in a frame.");
        NamesTenant();
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct) =>
        (await TenantAsync(input, ct)).Accepted(out var caller, out var refusal)
            ? output.Show(await sender.Send(new GetEmbedOrigins(caller), ct), shown => SharingLines.Write(output, shown))
            : output.Refuse(refusal);
}
