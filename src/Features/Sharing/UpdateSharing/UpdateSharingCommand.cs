using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Sharing;

/// <summary>pacspace sharing set</summary>
internal sealed class UpdateSharingCommand(IMediator sender, TenantCallers callers) : SharingCommand(callers)
{
    private const string DefaultHost = "default";

    public override void Configure()
    {
        Named("sharing set");
        Summary("Sets a customer's policy and host. Open customer sessions end when either changes.");
        NamesCustomer();
        Option("policy", "POLICY", "INHERIT, OPEN, TWO_TIER or GATED (default: as it is)");
        Option("domain", "DOMAIN", "the id of a branded host, or \"default\" for the default host (default: as it is)");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        if (!(await CallerAsync(input, ct)).Accepted(out var caller, out var refusal)) return output.Refuse(refusal);
        var domain = input.Text("domain");
        var request = new UpdateSharing(caller, CustomerOf(input), VendorAccountOf(input), input.Text("policy"), domain == DefaultHost ? null : domain, domain is not null);
        return output.Show(await sender.Send(request, ct), sharing => SharingLines.Write(output, sharing));
    }
}
