using System.Globalization;
using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Sharing;

/// <summary>pacspace sharing log</summary>
internal sealed class ListAccessLogCommand(IMediator sender, TenantCallers callers) : SharingCommand(callers)
{
    public override void Configure()
    {
        Named("sharing log");
        Summary("Shows who came to a customer's links, newest first.");
        NamesCustomer();
        Option("kind", "KIND", "viewed, unlocked, step_up_failed, exported or compared (default: all)");
        Option("limit", "N", "how many (default 50)");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        if (!(await CallerAsync(input, ct)).Accepted(out var caller, out var refusal)) return output.Refuse(refusal);
        var limit = input.WholeNumber("limit", ListAccessLog.DefaultLimit, min: 1, max: 1000);
        var request = new ListAccessLog(caller, CustomerOf(input), VendorAccountOf(input), input.Text("kind"), limit, null);
        return output.Show(await sender.Send(request, ct), listed => output.Table(
            ["at", "kind", "tier", "host", "from", "browser"],
            listed.Entries.Select(e => (IReadOnlyList<string>)
                [e.At.ToString("u", CultureInfo.InvariantCulture), e.Kind, e.Tier ?? "-", e.Host, e.ClientAddress ?? "-", e.UserAgent ?? "-"])));
    }
}
