using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Log;

/// <summary>What all routes of the public log share.</summary>
internal static class LogEnvironments
{
    /// <summary>An environment that is none, a log that was not created, a tile that is not there: all are one answer.</summary>
    public static Refusal NotThere { get; } = Refusal.NotFound("The log has no such file");

    public static bool Exists(string environment) => Sealers.Environments.Contains(environment);
}
