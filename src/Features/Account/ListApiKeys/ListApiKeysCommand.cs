using MediatR;
using PacSpace.Features.Commands;
using PacSpace.Features.Endpoints;

namespace PacSpace.Features.Account;

/// <summary>pacspace key list</summary>
internal sealed class ListApiKeysCommand(IMediator sender) : OperatorCommand
{
    public override void Configure()
    {
        Named("key list");
        Summary("Lists a tenant's keys, oldest first, without their secrets.");
        Option("tenant", "TENANT", "a tenant id", isRequired: true);
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct) =>
        output.Show(await sender.Send(new ListApiKeys(input.Text("tenant")!), ct), list => output.Table(
            ["KEY", "ENVIRONMENT", "STATE", "CREATED", "EXPIRES", "NAME"],
            list.Keys.Select(key => (IReadOnlyList<string>)
                [key.PublicPart, key.Environment, key.State, WireTime.Format(key.CreatedAt), key.ExpiresAt is { } at ? WireTime.Format(at) : "-", key.Name])));
}
