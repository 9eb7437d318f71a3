using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Webhooks;

/// <summary>pacspace webhook delete</summary>
internal sealed class DeleteWebhookCommand(IMediator sender, TenantCallers callers) : OperatorCommand
{
    public override void Configure()
    {
        Named("webhook delete");
        Summary("Deletes a webhook endpoint; what waits for it is given up.");
        Argument("WEBHOOK", "its id");
        Option("tenant", "TENANT", "a tenant id", isRequired: true);
        Option("environment", "ENV", "sandbox or production", isRequired: true);
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        if (!(await callers.FindAsync(input.Text("tenant")!, input.Text("environment")!, ct)).Accepted(out var caller, out var refusal)) return output.Refuse(refusal);
        return output.Show(await sender.Send(new DeleteWebhook(caller, input.Arguments[0]), ct), webhook => output.Answers.WriteLine($"{webhook.Id} deleted"));
    }
}
