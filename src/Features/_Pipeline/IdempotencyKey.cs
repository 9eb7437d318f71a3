using PacSpace.Evidence;

namespace PacSpace.Features.Pipeline;

/// <summary>A key as it was sent, and the SHA-256 of the raw body that it stands for (64 hex digits).</summary>
public sealed record IdempotencyKey(string Key, string BodyHash)
{
    internal static IdempotencyKey Of(string key, ReadOnlyMemory<byte> body) => new(key, Evidence.Hash.Sha256(body.Span).ToHex());

    internal Hash Hash => Evidence.Hash.TryParseHex(BodyHash, out var hash) ? hash : throw new InvalidOperationException("A body hash has 64 hex digits.");
}

/// <summary>Routes whose keys are kept apart (the scope of a key is tenant, environment and route).</summary>
internal static class IdempotentRoutes
{
    public const short EmitDelta = 1;
    public const short EmitDeltaBatch = 2;
    public const short CommitCheckpoint = 3;
}

/// <summary>The answers of an idempotency key that is not new (api-balance 1.6).</summary>
internal static class IdempotencyRefusals
{
    public static Refusal Pending() =>
        new(RefusalCode.IdempotencyPending, "A request with this key is still being processed") { RetryAfterSeconds = 1 };

    public static Refusal KeyReused() =>
        new(RefusalCode.IdempotencyKeyReused, "This Idempotency-Key was used before with another body");
}
