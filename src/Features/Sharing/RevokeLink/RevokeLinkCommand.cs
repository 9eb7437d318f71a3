using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Sharing;

/// <summary>pacspace sharing revoke</summary>
internal sealed class RevokeLinkCommand(IMediator sender, TenantCallers callers) : SharingCommand(callers)
{
    public override void Configure()
    {
        Named("sharing revoke");
        Summary("Ends a customer's link for good, and the sessions that it opened.");
        NamesCustomer();
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct) =>
        (await CallerAsync(input, ct)).Accepted(out var caller, out var refusal)
            ? output.Show(await sender.Send(new RevokeLink(caller, CustomerOf(input), VendorAccountOf(input)), ct), sharing => SharingLines.Write(output, sharing))
            : output.Refuse(refusal);
}
