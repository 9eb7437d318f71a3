using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Automation;

/// <summary>What is set for the caller's environment; the defaults, switched off, when nothing ever was.</summary>
public sealed record GetCheckpointAutomation(Caller Caller) : IRequest<Outcome<CheckpointAutomation>>;
