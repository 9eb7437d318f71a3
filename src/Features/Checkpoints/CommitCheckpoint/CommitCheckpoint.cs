using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Checkpoints;

/// <summary>Locks a period-end proof over verified records of one customer, or of all that were active.</summary>
/// <param name="CustomerId">Null for all active customers of the window.</param>
/// <param name="Mode"><c>all</c> (also when absent) or <c>selected</c>.</param>
/// <param name="Fingerprints">With <c>selected</c>: item hashes of verified records of the window.</param>
public sealed record CommitCheckpoint(
    Caller Caller, string? CustomerId, [property: Flat] ScopeFields Scope, string? Mode, IReadOnlyList<string>? Fingerprints, string? VendorAccountId,
    IdempotencyKey? Idempotency) : IRequest<Outcome<CheckpointCommitted>>;

/// <summary>One of the three: the customer's checkpoint, the run over all customers, or the answer of the first request with
/// the same key.</summary>
/// <param name="Status">201 when it was committed now, 200 when it existed; of a replay, what it was then.</param>
public sealed record CheckpointCommitted(int Status, CheckpointResult? Checkpoint, CheckpointRunResult? Run, ReadOnlyMemory<byte>? Replay);
