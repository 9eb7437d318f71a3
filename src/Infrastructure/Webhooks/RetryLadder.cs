namespace PacSpace.Infrastructure.Webhooks;

/// <summary>When a failed delivery is tried again (api-dashboard 13.1): at once, then ten times, further and further apart.</summary>
public static class RetryLadder
{
    public const int MaxAttempts = 11;

    /// <summary>An endpoint that only failed for so long is disabled.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(5);

    private const double Jitter = 0.1;

    private static readonly TimeSpan[] s_waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14),
    ];

    /// <summary>How long to wait after that many attempts; null when they are used up.</summary>
    /// <param name="chance">From 0 up to 1: the wait is a tenth shorter up to a tenth longer, so that what failed together does
    /// not come back together.</param>
    public static TimeSpan? After(int attempts, double chance) =>
        attempts < MaxAttempts ? s_waits[attempts - 1] * (1 - Jitter + 2 * Jitter * chance) : null;
}
