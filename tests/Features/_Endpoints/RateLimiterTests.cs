using PacSpace.Features.Endpoints;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Endpoints;

public sealed class RateLimiterTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public void A_burst_is_allowed_and_then_the_rate()
    {
        var limiter = new RateLimiter<string>("key", new RateLimitSettings.Rate(10, 3), _clock);

        Assert.Equal([2, 1, 0], Enumerable.Range(0, 3).Select(_ => limiter.TryTake("a", out var remaining, out var _) ? remaining : -1));
        Assert.False(limiter.TryTake("a", out _, out var retryAfterSeconds));
        Assert.Equal(1, retryAfterSeconds);

        _clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.True(limiter.TryTake("a", out _, out _));
        Assert.False(limiter.TryTake("a", out _, out _));
    }

    [Fact]
    public void Time_gives_back_no_more_than_the_burst()
    {
        var limiter = new RateLimiter<string>("key", new RateLimitSettings.Rate(10, 3), _clock);
        _clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => limiter.TryTake("a", out var _, out var _)));
    }

    [Fact]
    public void Buckets_are_apart()
    {
        var limiter = new RateLimiter<string>("key", new RateLimitSettings.Rate(1, 1), _clock);

        Assert.True(limiter.TryTake("a", out _, out _));
        Assert.True(limiter.TryTake("b", out _, out _));
        Assert.False(limiter.TryTake("a", out _, out _));
    }

    [Fact]
    public void Looking_takes_nothing()
    {
        var limiter = new RateLimiter<string>("key", new RateLimitSettings.Rate(1, 1), _clock);

        Assert.True(limiter.HasToken("a", out _));
        Assert.True(limiter.TryTake("a", out _, out _));
        Assert.False(limiter.HasToken("a", out var retryAfterSeconds));
        Assert.Equal(1, retryAfterSeconds);
    }

    [Fact]
    public void The_headers_say_quota_and_state()
    {
        var limiter = new RateLimiter<string>("key", new RateLimitSettings.Rate(2_000, 4_000), _clock);

        Assert.Equal("\"key\";q=4000;w=2", limiter.Policy);
        Assert.Equal("\"key\";r=3999;t=1", limiter.State(3_999));
        Assert.Equal("\"key\";r=0;t=2", limiter.State(0));
        Assert.Equal("\"key\";r=4000;t=0", limiter.State(4_000));
    }

    [Fact]
    public void Many_strangers_take_bounded_memory_and_do_not_lock_out_who_was_there()
    {
        var limiter = new RateLimiter<int>("public", new RateLimitSettings.Rate(1, 1), _clock);
        Assert.True(limiter.TryTake(-1, out _, out _));
        for (var i = 0; i < 60_000; i++) limiter.TryTake(i, out _, out _);

        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(limiter.TryTake(-1, out _, out _));
        Assert.True(limiter.TryTake(70_000, out _, out _));
    }
}
