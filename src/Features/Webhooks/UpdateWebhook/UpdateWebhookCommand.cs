using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Webhooks;

/// <summary>pacspace webhook update</summary>
internal sealed class UpdateWebhookCommand(IMediator sender, TenantCallers callers) : OperatorCommand
{
    public override void Configure()
    {
        Named("webhook update");
        Summary("Changes a webhook endpoint, enables or disables it.");
        Argument("WEBHOOK", "its id");
        Option("tenant", "TENANT", "a tenant id", isRequired: true);
        Option("environment", "ENV", "sandbox or production", isRequired: true);
        Option("url", "URL", "where events are sent from now on");
        Option("description", "TEXT", "for people");
        Flag("enable", "send again; the failure count begins anew");
        Flag("disable", "send nothing; what waits is given up");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        if (input.Has("enable") && input.Has("disable")) throw new CommandUsageException("--enable does not go with --disable");
        if (!(await callers.FindAsync(input.Text("tenant")!, input.Text("environment")!, ct)).Accepted(out var caller, out var refusal)) return output.Refuse(refusal);
        bool? enabled = input.Has("enable") ? true : input.Has("disable") ? false : null;
        return output.Show(
            await sender.Send(new UpdateWebhook(caller, input.Arguments[0], input.Text("url"), input.Text("description"), enabled), ct),
            webhook => output.Answers.WriteLine($"{webhook.Id} {(webhook.Enabled ? "enabled" : "disabled")} {webhook.Url}"));
    }
}
