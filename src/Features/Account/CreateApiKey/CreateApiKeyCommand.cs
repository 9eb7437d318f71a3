using MediatR;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Account;

/// <summary>pacspace key create</summary>
internal sealed class CreateApiKeyCommand(IMediator sender) : OperatorCommand
{
    public override void Configure()
    {
        Named("key create");
        Summary("Makes an API key and shows it, once.");
        Option("tenant", "TENANT", "a tenant id", isRequired: true);
        Option("environment", "ENV", "sandbox or production", isRequired: true);
        Option("name", "TEXT", "which server uses it (default: default)");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        var request = new CreateApiKey(input.Text("tenant")!, input.Text("environment")!, input.Text("name") ?? "default");
        return output.Show(await sender.Send(request, ct), key =>
        {
            output.Answers.WriteLine(key.ApiKey);
            output.Complaints.WriteLine("This is the whole key. It is not shown again.");
            if (!key.IsProvisioned)
                output.Complaints.WriteLine($"{key.Environment} is not provisioned for this tenant: until then the key is answered 412.");
        });
    }
}
