using System.Globalization;
using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;
using PacSpace.Features.Endpoints;

namespace PacSpace.Features.Webhooks;

/// <summary>pacspace webhook list</summary>
internal sealed class ListWebhooksCommand(IMediator sender, TenantCallers callers) : OperatorCommand
{
    public override void Configure()
    {
        Named("webhook list");
        Summary("Lists a tenant's webhook endpoints, oldest first, without their secrets.");
        Option("tenant", "TENANT", "a tenant id", isRequired: true);
        Option("environment", "ENV", "sandbox or production", isRequired: true);
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        if (!(await callers.FindAsync(input.Text("tenant")!, input.Text("environment")!, ct)).Accepted(out var caller, out var refusal)) return output.Refuse(refusal);
        return output.Show(await sender.Send(new ListWebhooks(caller, 1, 1_000), ct), list => output.Table(
            ["WEBHOOK", "STATE", "DELIVERED", "FAILED", "LAST", "URL"],
            list.Webhooks.Select(webhook => (IReadOnlyList<string>)
            [
                webhook.Id, webhook.Enabled ? "enabled" : $"disabled{(webhook.DisabledReason is { } reason ? $" ({reason})" : "")}",
                webhook.SuccessCount.ToString(CultureInfo.InvariantCulture), webhook.FailureCount.ToString(CultureInfo.InvariantCulture),
                webhook.LastTriggered is { } at ? WireTime.Format(at) : "-", webhook.Url,
            ])));
    }
}
