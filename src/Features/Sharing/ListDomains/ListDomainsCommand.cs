using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Sharing;

/// <summary>pacspace domain list</summary>
internal sealed class ListDomainsCommand(IMediator sender, TenantCallers callers) : SharingCommand(callers)
{
    public override void Configure()
    {
        Named("domain list");
        Summary("Lists a tenant's branded hosts.");
        NamesTenant();
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct) =>
        (await TenantAsync(input, ct)).Accepted(out var caller, out var refusal)
            ? output.Show(await sender.Send(new ListDomains(caller), ct), listed => output.Table(
                ["domain", "host", "stage", "vendor account"],
                listed.Domains.Select(host => (IReadOnlyList<string>)[host.DomainId, host.Hostname, host.Stage, host.VendorAccountId ?? "-"])))
            : output.Refuse(refusal);
}
