using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Sharing;

/// <summary>pacspace sharing show</summary>
internal sealed class GetSharingCommand(IMediator sender, TenantCallers callers) : SharingCommand(callers)
{
    public override void Configure()
    {
        Named("sharing show");
        Summary("Shows a customer's link, policy and failed codes; not the code.");
        NamesCustomer();
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct) =>
        (await CallerAsync(input, ct)).Accepted(out var caller, out var refusal)
            ? output.Show(await sender.Send(new GetSharing(caller, CustomerOf(input), VendorAccountOf(input)), ct), sharing => SharingLines.Write(output, sharing))
            : output.Refuse(refusal);
}
