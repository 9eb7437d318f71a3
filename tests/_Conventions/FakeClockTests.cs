using PacSpace.Testing;
using Xunit;

namespace PacSpace.Conventions.Tests;

/// <summary>The clock that other tests believe.</summary>
public sealed class FakeClockTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public void It_stands_still_until_it_is_moved()
    {
        var start = _clock.GetUtcNow();
        Assert.Equal(start, _clock.GetUtcNow());

        _clock.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(start.AddSeconds(90), _clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(90), _clock.GetElapsedTime(0, _clock.GetTimestamp()));
    }

    [Fact]
    public void It_may_be_set_back_but_elapsed_time_may_not()
    {
        var (start, timestamp) = (_clock.GetUtcNow(), _clock.GetTimestamp());
        _clock.Set(start.AddMonths(-3));

        Assert.Equal(start.AddMonths(-3), _clock.GetUtcNow());
        Assert.Equal(timestamp, _clock.GetTimestamp());
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public async Task A_delay_ends_when_the_clock_passes_it_and_not_before()
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(10), _clock);

        _clock.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.False(delay.IsCompleted);

        _clock.Advance(TimeSpan.FromTicks(1));
        await delay;
    }

    [Fact]
    public void Timers_go_off_in_order_each_at_its_own_instant()
    {
        var start = _clock.GetUtcNow();
        var seen = new List<string>();
        using var slow = _clock.CreateTimer(_ => Note("slow"), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        using var fast = _clock.CreateTimer(_ => Note("fast"), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));

        _clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(["fast 2", "fast 4", "slow 5", "fast 6"], seen);
        fast.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(4, seen.Count);

        void Note(string name) => seen.Add($"{name} {(_clock.GetUtcNow() - start).TotalSeconds}");
    }
}
