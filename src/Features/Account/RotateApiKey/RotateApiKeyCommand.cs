using MediatR;
using PacSpace.Features.Commands;
using PacSpace.Features.Endpoints;

namespace PacSpace.Features.Account;

/// <summary>pacspace key rotate</summary>
internal sealed class RotateApiKeyCommand(IMediator sender) : OperatorCommand
{
    private const int DefaultOverlapHours = 24;

    public override void Configure()
    {
        Named("key rotate");
        Summary("Makes a key in place of another and shows it, once. Both work until the overlap is over.");
        Argument("KEY", "the public half of a key, with or without its prefix");
        Option("overlap-hours", "N", "how long the old key works on (default 24; 0 ends it at once)");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        var hours = input.WholeNumber("overlap-hours", DefaultOverlapHours, min: 0, max: RotateApiKeyValidator.MaxOverlapHours);
        return output.Show(await sender.Send(new RotateApiKey(ApiKeyForm.PublicIdOf(input.Arguments[0]), hours), ct), key =>
        {
            output.Answers.WriteLine(key.ApiKey);
            output.Complaints.WriteLine("This is the whole key. It is not shown again.");
            output.Complaints.WriteLine($"The old key {key.RotatedKeyId} works until {WireTime.Format(key.RotatedKeyExpiresAt)}.");
        });
    }
}
