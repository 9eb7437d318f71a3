using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Sharing;

/// <summary>pacspace domain create</summary>
internal sealed class CreateDomainCommand(IMediator sender, TenantCallers callers) : SharingCommand(callers)
{
    public override void Configure()
    {
        Named("domain create");
        Summary("Begins a branded host and says what the vendor has to put into its DNS.");
        Argument("HOST", "a DNS name such as verify.example.com");
        NamesTenant();
        Option("vendor-account", "ID", "under billing middleware: whose host it is");
        Flag("hide-powered-by", "leave \"Powered by PacSpace\" out there");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        if (!(await TenantAsync(input, ct)).Accepted(out var caller, out var refusal)) return output.Refuse(refusal);
        return output.Show(await sender.Send(new CreateDomain(caller, input.Arguments[0], VendorAccountOf(input), input.Has("hide-powered-by")), ct), host =>
        {
            output.Answers.WriteLine($"Made {host.DomainId} for {host.Hostname}: {host.Stage}.");
            output.Answers.WriteLine($"{host.Dns.TxtName}  TXT  {host.Dns.TxtValue}");
            output.Answers.WriteLine($"{host.Dns.CnameName}  CNAME  {host.Dns.CnameTarget}");
        });
    }
}
