using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Sharing;

/// <summary>pacspace sharing reveal</summary>
internal sealed class RevealAccessCodeCommand(IMediator sender, TenantCallers callers) : SharingCommand(callers)
{
    public override void Configure()
    {
        Named("sharing reveal");
        Summary("Shows a customer's link with its access code.");
        NamesCustomer();
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct) =>
        (await CallerAsync(input, ct)).Accepted(out var caller, out var refusal)
            ? output.Show(
                await sender.Send(new RevealAccessCode(caller, CustomerOf(input), VendorAccountOf(input)), ct),
                revealed => output.Answers.WriteLine(revealed.AccessCodeCopy ?? "No code is asked for: the policy is OPEN."))
            : output.Refuse(refusal);
}
