using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Verification;

/// <summary>Seals what waits in one environment, up to a tick's share: a background step, asked for by its schedule.</summary>
public sealed record SealBlocks(string Environment) : IRequest<Outcome<BlocksSealed>>;

/// <param name="MaySeal">False when another node seals this environment, or nothing may be signed.</param>
/// <param name="RecordCount">Records that are VERIFIED by this step.</param>
/// <param name="CheckpointCount">Checkpoints that are completed by it.</param>
/// <param name="HasMore">There is more to do at once.</param>
/// <param name="RefusedBecause">Why nothing may be signed; null when it may.</param>
public sealed record BlocksSealed(bool MaySeal, long RecordCount, int CheckpointCount, bool HasMore, string? RefusedBecause);
