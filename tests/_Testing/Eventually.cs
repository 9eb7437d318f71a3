using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace PacSpace.Testing;

/// <summary>Waits for a condition of the real world (a process, a socket, another machine's commit), never for a time.</summary>
public static class Eventually
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks until it holds; fails with the condition's text when it does not within the time (30 s).</summary>
    public static async Task HoldsAsync(
        Func<Task<bool>> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var since = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(since) > (within ?? TimeSpan.FromSeconds(30))) throw new TimeoutException($"It never came to hold that {what}");
            await Task.Delay(LookAgainAfter);
        }
    }

    public static Task HoldsAsync(
        Func<bool> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        HoldsAsync(() => Task.FromResult(condition()), within, what);
}
