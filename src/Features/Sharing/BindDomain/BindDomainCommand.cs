using MediatR;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Sharing;

/// <summary>pacspace domain bind</summary>
internal sealed class BindDomainCommand(IMediator sender) : OperatorCommand
{
    public override void Configure()
    {
        Named("domain bind");
        Summary("Says that a branded host leads here with its certificate: from now on it serves its vendor's links.");
        Argument("DOMAIN", "its id");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct) =>
        output.Show(await sender.Send(new BindDomain(input.Arguments[0]), ct), host => output.Answers.WriteLine($"{host.Hostname}: {host.Stage}."));
}
