namespace PacSpace.Features.Demo;

/// <summary>The clock under which the demo's past is recorded. It lives for as long as the demo is made, before the server
/// listens; nothing else may set the time.</summary>
internal sealed class PastClock : TimeProvider
{
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    public void MoveTo(DateTimeOffset instant)
    {
        if (instant < _now) throw new InvalidOperationException("Time in the demo goes forward only.");
        _now = instant;
    }

    public override DateTimeOffset GetUtcNow() => _now;
}
