using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Sharing;

/// <summary>pacspace sharing link</summary>
internal sealed class IssueLinkCommand(IMediator sender, TenantCallers callers) : SharingCommand(callers)
{
    public override void Configure()
    {
        Named("sharing link");
        Summary("Makes a link for a customer that has none. With --reissue the active one is ended: invoices already printed carry the old link.");
        NamesCustomer();
        Flag("reissue", "end the active link and make another");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct) =>
        (await CallerAsync(input, ct)).Accepted(out var caller, out var refusal)
            ? output.Show(
                await sender.Send(new IssueLink(caller, CustomerOf(input), VendorAccountOf(input), input.Has("reissue")), ct), sharing => SharingLines.Write(output, sharing))
            : output.Refuse(refusal);
}
