using MediatR;
using PacSpace.Features.Commands;
using PacSpace.Features.Endpoints;

namespace PacSpace.Features.Account;

/// <summary>pacspace vendor-account list</summary>
internal sealed class ListVendorAccountsCommand(IMediator sender) : OperatorCommand
{
    public override void Configure()
    {
        Named("vendor-account list");
        Summary("Lists a billing middleware's vendor accounts, oldest first.");
        Option("tenant", "TENANT", "the id of a billing middleware", isRequired: true);
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct) =>
        output.Show(await sender.Send(new ListVendorAccounts(input.Text("tenant")!), ct), list => output.Table(
            ["VENDOR ACCOUNT", "STATE", "CREATED", "DISPLAY NAME"],
            list.VendorAccounts.Select(account => (IReadOnlyList<string>)
                [account.VendorAccountId, account.ArchivedAt is null ? "open" : "archived", WireTime.Format(account.CreatedAt), account.DisplayName])));
}
