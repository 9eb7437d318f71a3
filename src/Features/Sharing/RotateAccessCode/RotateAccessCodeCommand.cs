using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Sharing;

/// <summary>pacspace sharing rotate</summary>
internal sealed class RotateAccessCodeCommand(IMediator sender, TenantCallers callers) : SharingCommand(callers)
{
    public override void Configure()
    {
        Named("sharing rotate");
        Summary("Gives a customer's link another access code and shows it. Open customer sessions end.");
        NamesCustomer();
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        if (!(await CallerAsync(input, ct)).Accepted(out var caller, out var refusal)) return output.Refuse(refusal);
        return output.Show(await sender.Send(new RotateAccessCode(caller, CustomerOf(input), VendorAccountOf(input)), ct), rotated =>
        {
            SharingLines.Write(output, rotated.Sharing);
            SharingLines.WriteCode(output, rotated.AccessHint);
        });
    }
}
