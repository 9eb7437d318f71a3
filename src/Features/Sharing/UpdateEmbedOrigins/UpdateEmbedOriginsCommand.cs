using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Sharing;

/// <summary>pacspace embed set</summary>
internal sealed class UpdateEmbedOriginsCommand(IMediator sender, TenantCallers callers) : SharingCommand(callers)
{
    public override void Configure()
    {
        Named("embed set");
        Summary("Sets the sites that may show a tenant's receipts in a frame; the list replaces the one before.");
        NamesTenant();
        Option("origins", "LIST", "such as https://billing.example.com, separated by commas; empty for none", isRequired: true);
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        if (!(await TenantAsync(input, ct)).Accepted(out var caller, out var refusal)) return output.Refuse(refusal);
        var origins = input.Text("origins")!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return output.Show(await sender.Send(new UpdateEmbedOrigins(caller, origins), ct), shown => SharingLines.Write(output, shown));
    }
}
