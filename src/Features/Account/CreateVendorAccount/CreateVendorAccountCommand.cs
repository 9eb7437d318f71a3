using MediatR;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Account;

/// <summary>pacspace vendor-account create</summary>
internal sealed class CreateVendorAccountCommand(IMediator sender) : OperatorCommand
{
    public override void Configure()
    {
        Named("vendor-account create");
        Summary("Makes a vendor account beneath a billing middleware.");
        Option("tenant", "TENANT", "the id of a billing middleware", isRequired: true);
        Option("display-name", "TEXT", "what buyers see", isRequired: true);
        Option("id", "ID", "cmw_vendor_ and 1 to 64 letters and digits (default: one is made)");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct) =>
        output.Show(await sender.Send(new CreateVendorAccount(input.Text("tenant")!, input.Text("display-name")!, input.Text("id")), ct), account =>
            output.Answers.WriteLine($"Made vendor account {account.VendorAccountId} ({account.DisplayName})."));
}
