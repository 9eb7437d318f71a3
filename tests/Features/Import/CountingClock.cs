using Microsoft.AspNetCore.Http;

namespace PacSpace.Features.Tests.Import;

/// <summary>A clock on which every wait is over at once, having taken as long as it should.</summary>
internal sealed class CountingClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _waits = [];
    private long _elapsedTicks;

    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_gate) return [.. _waits];
        }
    }

    /// <summary>Told of each wait before it is over.</summary>
    public Action<TimeSpan> Passes { get; init; } = _ => { };

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_gate) return _elapsedTicks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero)
        {
            lock (_gate)
            {
                _waits.Add(dueTime);
                _elapsedTicks += dueTime.Ticks;
            }

            Passes(dueTime);
            dueTime = TimeSpan.Zero;
        }

        return System.CreateTimer(callback, state, dueTime, period);
    }
}

internal static class LaterResult
{
    public static IResult Later(this IResultExtensions _, int seconds) => new Answer(seconds);

    private sealed class Answer(int seconds) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = 429;
            httpContext.Response.Headers.RetryAfter = seconds.ToString(global::System.Globalization.CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        }
    }
}
