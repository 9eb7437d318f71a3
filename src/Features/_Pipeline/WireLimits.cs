namespace PacSpace.Features.Pipeline;

/// <summary>What a request may hold at most (api-balance 1.10, 1.13, 4.1), as the route of limits says it.</summary>
internal static class WireLimits
{
    public const int MaxBatchItems = 1_000;
    public const int MaxBatchBodyBytes = 8 * 1024 * 1024;
    public const int MaxPageSize = 1_000;
    public const int MaxFingerprints = 10_000;
}
