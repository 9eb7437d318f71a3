using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary>No rule: whatever is not an id of ours is not found (api-balance 3.3).</summary>
internal sealed class GetDeltaValidator : RequestValidator<GetDelta>;
