using MediatR;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Account;

/// <summary>pacspace vendor-account archive</summary>
internal sealed class ArchiveVendorAccountCommand(IMediator sender) : OperatorCommand
{
    public override void Configure()
    {
        Named("vendor-account archive");
        Summary("Closes a vendor account for new records. What was recorded stays, and its receipts stay valid.");
        Argument("VENDOR-ACCOUNT", "its id");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct) =>
        output.Show(await sender.Send(new ArchiveVendorAccount(input.Arguments[0]), ct), account =>
            output.Answers.WriteLine($"Vendor account {account.VendorAccountId} is archived and takes no more records."));
}
