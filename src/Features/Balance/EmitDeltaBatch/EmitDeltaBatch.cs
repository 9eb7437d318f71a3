using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary>Records up to 1,000 deltas of any customers of one ledger as one submission. Items are independent; those that
/// are accepted commit together, in request order.</summary>
/// <param name="VendorAccountId">At the top; items may name it too, and all that are given must be equal.</param>
public sealed record EmitDeltaBatch(Caller Caller, IReadOnlyList<NewDelta> Deltas, string? VendorAccountId, IdempotencyKey? Idempotency)
    : IRequest<Outcome<DeltaBatchEmitted>>;

/// <summary>The answer of the group, or the stored bytes of the first answer to the same key.</summary>
/// <param name="Status">201 when at least one item was accepted or replayed, otherwise 200.</param>
/// <param name="Group">Null for a replay.</param>
/// <param name="ReplayedBody">The first answer's body, whole.</param>
public sealed record DeltaBatchEmitted(int Status, DeltaGroup? Group, byte[]? ReplayedBody);

/// <summary>What became of the group, and of each item.</summary>
/// <param name="ReceiptId">Root over the newly accepted items; null when there are none. Equals <paramref name="ProofRoot"/>.</param>
/// <param name="ItemHashes">Of the newly accepted items, in order.</param>
/// <param name="Efficiency">Kept for clients that read it; always null.</param>
public sealed record DeltaGroup(
    int TotalQueued, int TotalFailed, int TotalReplayed, string? ReceiptId, string? ProofRoot, IReadOnlyList<string> ItemHashes,
    IReadOnlyList<DeltaGroupItem> Results, [property: System.Text.Json.Serialization.JsonPropertyName("_efficiency")] RawJson? Efficiency = null);

/// <summary>What became of one item.</summary>
/// <param name="Status">QUEUED or FAILED.</param>
/// <param name="Idempotent">Recorded before through this route; the ids are those of then.</param>
/// <param name="Error">VALIDATION_ERROR, ADJUSTS_NOT_FOUND, PLAN_EXHAUSTED or CADENCE_LIMIT.</param>
public sealed record DeltaGroupItem(
    int Index, string? CustomerId, decimal? Delta, string? ReferenceId, string Status, bool Idempotent, string? RecordId, string? ReceiptId,
    string? ItemHash, long? SequenceNumber, decimal? BalanceAfter, DateTimeOffset? AcceptedAt, string? Error, string? Message);
