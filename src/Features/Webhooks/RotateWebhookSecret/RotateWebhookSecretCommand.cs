using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;
using PacSpace.Features.Endpoints;

namespace PacSpace.Features.Webhooks;

/// <summary>pacspace webhook rotate</summary>
internal sealed class RotateWebhookSecretCommand(IMediator sender, TenantCallers callers) : OperatorCommand
{
    public override void Configure()
    {
        Named("webhook rotate");
        Summary("Makes a new signing secret and shows it, once. Both sign for 24 hours.");
        Argument("WEBHOOK", "its id");
        Option("tenant", "TENANT", "a tenant id", isRequired: true);
        Option("environment", "ENV", "sandbox or production", isRequired: true);
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        if (!(await callers.FindAsync(input.Text("tenant")!, input.Text("environment")!, ct)).Accepted(out var caller, out var refusal)) return output.Refuse(refusal);
        return output.Show(await sender.Send(new RotateWebhookSecret(caller, input.Arguments[0]), ct), webhook =>
        {
            output.Answers.WriteLine(webhook.Secret);
            output.Complaints.WriteLine($"This is the signing secret. It is not shown again. The old one signs as well until {WireTime.Format(webhook.PreviousSecretExpiresAt)}.");
        });
    }
}
