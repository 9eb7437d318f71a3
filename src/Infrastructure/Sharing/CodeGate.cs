namespace PacSpace.Infrastructure.Sharing;

/// <summary>May this code be looked at? (portal 3.2). Pure: a guess is decided by what was counted before it.</summary>
public static class CodeGate
{
    /// <summary>Failures that one code takes within <see cref="BudgetWindow"/>.</summary>
    public const int Budget = 100;

    /// <summary>Failures of its own that a browser has which was let in before.</summary>
    public const int KnownBrowserFailures = 10;

    /// <summary>Failures within <see cref="RepeatedWindow"/> that the vendor is told of.</summary>
    public const int Repeated = 5;

    private const int FreeFailures = 2;

    public static readonly TimeSpan BudgetWindow = TimeSpan.FromDays(90);

    public static readonly TimeSpan RepeatedWindow = TimeSpan.FromMinutes(15);

    /// <summary>How long a browser that was let in is known.</summary>
    public static readonly TimeSpan KnownFor = TimeSpan.FromDays(90);

    /// <summary>After which an address starts anew.</summary>
    public static readonly TimeSpan WaitForgottenAfter = TimeSpan.FromHours(24);

    private static readonly TimeSpan s_shortestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(15);

    /// <summary>The lock is told before a waiting time: waiting would not help. A known browser meets neither, since both may
    /// be a stranger's doing; its own failures are few.</summary>
    public static CodeVerdict Decide(CodeTries tries, DateTimeOffset now)
    {
        if (tries.IsKnownBrowser) return CodeVerdict.Look;
        if (tries.Failures >= Budget) return CodeVerdict.Exhausted;
        var left = tries.LastOfClientAt is { } last && now - last < WaitForgottenAfter ? last + WaitAfter(tries.FailuresOfClient) - now : TimeSpan.Zero;
        return left > TimeSpan.Zero ? new CodeVerdict(CodeVerdictKind.Wait, (int)Math.Ceiling(left.TotalSeconds)) : CodeVerdict.Look;
    }

    /// <summary>From the third failure 5 s, doubling to 15 min.</summary>
    public static TimeSpan WaitAfter(int failures)
    {
        if (failures <= FreeFailures) return TimeSpan.Zero;
        var doublings = Math.Min(failures - FreeFailures - 1, 16);
        var wait = s_shortestWait * (1 << doublings);
        return wait < s_longestWait ? wait : s_longestWait;
    }
}

/// <param name="IsKnownBrowser">Let in under this code, and not out of failures of its own.</param>
/// <param name="Failures">Of this code within the budget's window.</param>
/// <param name="FailuresOfClient">Of this link and address, since the last match.</param>
public readonly record struct CodeTries(bool IsKnownBrowser, int Failures, int FailuresOfClient, DateTimeOffset? LastOfClientAt);

public enum CodeVerdictKind
{
    Look,
    Wait,
    Exhausted,
}

public readonly record struct CodeVerdict(CodeVerdictKind Kind, int Seconds)
{
    public static readonly CodeVerdict Look = new(CodeVerdictKind.Look, 0);
    public static readonly CodeVerdict Exhausted = new(CodeVerdictKind.Exhausted, 0);
}
