using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Webhooks;

/// <summary>pacspace webhook create</summary>
internal sealed class CreateWebhookCommand(IMediator sender, TenantCallers callers) : OperatorCommand
{
    public override void Configure()
    {
        Named("webhook create");
        Summary("Registers a webhook endpoint and shows its secret, once.");
        Option("tenant", "TENANT", "a tenant id", isRequired: true);
        Option("environment", "ENV", "sandbox or production", isRequired: true);
        Option("url", "URL", "where events are sent; https in production", isRequired: true);
        Option("description", "TEXT", "for people");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        if (!(await callers.FindAsync(input.Text("tenant")!, input.Text("environment")!, ct)).Accepted(out var caller, out var refusal)) return output.Refuse(refusal);
        return output.Show(await sender.Send(new CreateWebhook(caller, input.Text("url"), input.Text("description")), ct), webhook =>
        {
            output.Answers.WriteLine($"{webhook.Id} {webhook.Secret}");
            output.Complaints.WriteLine("This is the signing secret. It is not shown again.");
        });
    }
}
