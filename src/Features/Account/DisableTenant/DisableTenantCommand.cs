using MediatR;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Account;

/// <summary>pacspace tenant disable</summary>
internal sealed class DisableTenantCommand(IMediator sender) : OperatorCommand
{
    public override void Configure()
    {
        Named("tenant disable");
        Summary("Stops every key of a tenant. What was recorded stays, and its receipts stay valid.");
        Argument("TENANT", "a tenant id");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct) =>
        output.Show(await sender.Send(new DisableTenant(input.Arguments[0]), ct), tenant =>
            output.Answers.WriteLine($"Tenant {tenant.TenantId} is disabled; its keys stop working within {KeyBelief.Seconds} seconds."));
}
