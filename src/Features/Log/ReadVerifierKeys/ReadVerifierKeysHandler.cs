using System.Globalization;
using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Log;

internal sealed class ReadVerifierKeysHandler(LogReader log) : IRequestHandler<ReadVerifierKeys, Outcome<VerifierKeysRead>>
{
    public async Task<Outcome<VerifierKeysRead>> Handle(ReadVerifierKeys request, CancellationToken ct)
    {
        var keys = LogEnvironments.Exists(request.Environment) ? await log.KeysAsync(request.Environment, ct) : [];
        if (keys.Count == 0) return LogEnvironments.NotThere;
        return new VerifierKeysRead(string.Concat(keys.Select(Line)));
    }

    private static string Line(LogKey key) => key.LastSize is { } last
        ? string.Create(CultureInfo.InvariantCulture, $"{key.VerifierKey} {key.FirstSize}-{last}\n")
        : $"{key.VerifierKey}\n";
}
