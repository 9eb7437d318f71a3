using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Checkpoints;

/// <summary>Checkpoints of the caller, newest first.</summary>
/// <param name="Scope">Those whose window lies inside; all when nothing was sent.</param>
/// <param name="Status"><c>QUEUED</c> or <c>VERIFIED</c>, case ignored.</param>
/// <param name="CheckpointRunId">Every checkpoint that the run committed or found.</param>
public sealed record ListCheckpoints(
    Caller Caller, string? CustomerId, [property: Flat] ScopeFields Scope, string? Status, string? Mode, string? CheckpointRunId, string? VendorAccountId,
    int Limit, int Offset, string? Cursor) : IRequest<Outcome<CheckpointsListed>>;

public sealed record CheckpointsListed(IReadOnlyList<CheckpointResult> Checkpoints, long Total, int Limit, int Offset, string? NextCursor);
