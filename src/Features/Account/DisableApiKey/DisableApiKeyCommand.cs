using MediatR;
using PacSpace.Features.Commands;
using PacSpace.Features.Endpoints;

namespace PacSpace.Features.Account;

/// <summary>pacspace key disable</summary>
internal sealed class DisableApiKeyCommand(IMediator sender) : OperatorCommand
{
    public override void Configure()
    {
        Named("key disable");
        Summary("Ends a key for good.");
        Argument("KEY", "the public half of a key, with or without its prefix");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct) =>
        output.Show(await sender.Send(new DisableApiKey(ApiKeyForm.PublicIdOf(input.Arguments[0])), ct), key =>
            output.Answers.WriteLine($"Key {key.KeyId} is disabled; it stops working within {KeyBelief.Seconds} seconds."));
}
