using System.Globalization;
using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Webhooks;

/// <summary>pacspace webhook test</summary>
internal sealed class TestWebhookCommand(IMediator sender, TenantCallers callers) : OperatorCommand
{
    public override void Configure()
    {
        Named("webhook test");
        Summary("Sends a test event to a webhook endpoint, once.");
        Argument("WEBHOOK", "its id");
        Option("tenant", "TENANT", "a tenant id", isRequired: true);
        Option("environment", "ENV", "sandbox or production", isRequired: true);
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        if (!(await callers.FindAsync(input.Text("tenant")!, input.Text("environment")!, ct)).Accepted(out var caller, out var refusal)) return output.Refuse(refusal);
        var ok = false;
        var code = output.Show(await sender.Send(new TestWebhook(caller, input.Arguments[0]), ct), tested =>
        {
            var status = tested.ResponseStatus?.ToString(CultureInfo.InvariantCulture) ?? "no answer";
            output.Answers.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tested.EventId} {(tested.Ok ? "delivered" : "failed")}: {status} after {tested.DurationMs} ms"));
            ok = tested.Ok;
        });
        return code == ExitCode.Done && !output.IsJson && !ok ? ExitCode.Refused : code;
    }
}
