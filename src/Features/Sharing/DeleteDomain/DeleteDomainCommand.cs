using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Sharing;

/// <summary>pacspace domain delete</summary>
internal sealed class DeleteDomainCommand(IMediator sender, TenantCallers callers) : SharingCommand(callers)
{
    public override void Configure()
    {
        Named("domain delete");
        Summary("Takes a branded host away. Its links move to the default host, and open customer sessions on them end.");
        Argument("DOMAIN", "its id");
        NamesTenant();
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct) =>
        (await TenantAsync(input, ct)).Accepted(out var caller, out var refusal)
            ? output.Show(await sender.Send(new DeleteDomain(caller, input.Arguments[0]), ct), _ => output.Answers.WriteLine("Deleted. Its links are on the default host."))
            : output.Refuse(refusal);
}
