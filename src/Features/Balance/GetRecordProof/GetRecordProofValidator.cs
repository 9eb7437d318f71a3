using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary>No rule: whatever is not an id of ours is not found.</summary>
internal sealed class GetRecordProofValidator : RequestValidator<GetRecordProof>;
