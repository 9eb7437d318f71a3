namespace PacSpace.Testing;

/// <summary>A clock that stands still until it is told otherwise, with timers that go off when it passes them.</summary>
/// <remarks>Timers run on the thread that moves the clock, in the order of their instants, each seeing its own instant as
/// the present. Setting the clock back moves no timer.</remarks>
public sealed class FakeClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<FakeTimer> _timers = [];
    private DateTimeOffset _now = start.ToUniversalTime();
    private long _elapsedTicks;

    /// <summary>2026-03-15T12:00:00Z, the middle of a month.</summary>
    public FakeClock()
        : this(new DateTimeOffset(2026, 3, 15, 12, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    public override long GetTimestamp()
    {
        lock (_gate) return _elapsedTicks;
    }

    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Set(GetUtcNow() + by);
    }

    /// <summary>Jumps to an instant, back as well as forward. Elapsed time (<see cref="GetTimestamp"/>) only grows.</summary>
    public void Set(DateTimeOffset now)
    {
        now = now.ToUniversalTime();
        while (true)
        {
            FakeTimer? due;
            lock (_gate)
            {
                due = _timers.Where(timer => timer.DueAt <= now).MinBy(timer => timer.DueAt);
                var next = due is null ? now : due.DueAt > _now ? due.DueAt : _now;
                if (next > _now) _elapsedTicks += (next - _now).Ticks;
                _now = next;
                due?.MoveOn();
            }

            if (due is null) return;
            due.GoOff();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class FakeTimer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public DateTimeOffset DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                _period = period;
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                DueAt = clock._now + dueTime;
                clock._timers.Add(this);
            }

            if (dueTime == TimeSpan.Zero) clock.Set(clock.GetUtcNow());
            return true;
        }

        /// <summary>Under the clock's lock.</summary>
        public void MoveOn()
        {
            if (_period == Timeout.InfiniteTimeSpan || _period == TimeSpan.Zero) clock._timers.Remove(this);
            else DueAt += _period;
        }

        public void GoOff() => callback(state);

        public void Dispose()
        {
            lock (clock._gate) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
