namespace PacSpace.Features.Pipeline;

/// <summary>A refusal, fault or bug as every door shows it: the API as the documented envelope, the portal as a page or on
/// the form field. Neither door knows a status of its own.</summary>
public sealed record Problem(int Status, string Code, string Message)
{
    public const int FaultRetryAfterSeconds = 1;

    public IReadOnlyList<RefusalDetail> Details { get; init; } = [];

    public int? RetryAfterSeconds { get; init; }

    public string? CustomerId { get; init; }

    public static Problem Of(Refusal refusal) => new(refusal.Code.Status, refusal.Code.Name, refusal.Message)
    {
        Details = refusal.Details,
        RetryAfterSeconds = refusal.RetryAfterSeconds,
        CustomerId = refusal.CustomerId,
    };

    /// <summary>Says no more than the request id, whatever failed.</summary>
    public static Problem Of(Exception failure, string requestId) => Faults.IsFault(failure)
        ? Of(new Refusal(RefusalCode.ServiceUnavailable, $"Not available at the moment, try again. Request {requestId}")
        { RetryAfterSeconds = FaultRetryAfterSeconds })
        : Of(new Refusal(RefusalCode.Internal, $"Something went wrong on our side. Request {requestId}"));
}
