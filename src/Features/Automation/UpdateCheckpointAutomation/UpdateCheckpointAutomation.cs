using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Automation;

/// <summary>Sets how the caller's environment closes by itself, as a whole.</summary>
/// <param name="Cadence">monthly, weekly or daily; daily is refused below tier enterprise.</param>
/// <param name="DelayMinutes">After the window's end; 5 when absent.</param>
public sealed record UpdateCheckpointAutomation(Caller Caller, bool? Enabled, string? Cadence, int? DelayMinutes) : IRequest<Outcome<CheckpointAutomation>>;
