namespace PacSpace.Features.Pipeline;

/// <summary>A documented no: expected, a value, and the same through every door.</summary>
/// <param name="Code">From the catalogue; it decides the status.</param>
/// <param name="Message">One sentence for the caller. Says nothing that the caller may not know.</param>
public sealed record Refusal(RefusalCode Code, string Message)
{
    /// <summary>Empty for most codes; then the member is left out of the answer.</summary>
    public IReadOnlyList<RefusalDetail> Details { get; init; } = [];

    /// <summary>Also sent as the header <c>Retry-After</c>.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Set for <c>CADENCE_LIMIT</c>.</summary>
    public string? CustomerId { get; init; }

    /// <summary>One bad field: <c>Refusal.Validation("delta", "must not be zero")</c> says "delta must not be zero".</summary>
    public static Refusal Validation(string field, string message) => Validation([new RefusalDetail(field, message)]);

    /// <param name="details">At least one; the first becomes the message.</param>
    public static Refusal Validation(IReadOnlyList<RefusalDetail> details) =>
        new(RefusalCode.ValidationError, $"{details[0].Field} {details[0].Message}") { Details = details };

    public static Refusal NotFound(string message = "Nothing was found under this address") => new(RefusalCode.NotFound, message);

    public static Refusal CustomerNotFound() => new(RefusalCode.CustomerNotFound, "No customer has this customerId");

    public static Refusal CheckpointNotFound() => new(RefusalCode.CheckpointNotFound, "No checkpoint of this customer has this id");

    /// <summary>Work that goes on: the caller may come back.</summary>
    public static Refusal TryLater(string message, int retryAfterSeconds = 1) =>
        new(RefusalCode.ServiceUnavailable, message) { RetryAfterSeconds = retryAfterSeconds };
}

/// <param name="Field">A path such as <c>deltas[3].reason</c>.</param>
/// <param name="Message">Goes on after the field: <c>must not be zero</c>.</param>
public sealed record RefusalDetail(string Field, string Message);
