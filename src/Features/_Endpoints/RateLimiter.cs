using System.Collections.Concurrent;
using System.Globalization;

namespace PacSpace.Features.Endpoints;

/// <summary>Token buckets of one class, one for each key or client address. Counted on this node alone.</summary>
/// <remarks>
/// A bucket is one number, the instant at which it will be full again, moved by compare-and-exchange: no lock, no timer.
/// With <c>interval</c> = 1 / rate, taking a token moves the instant by one interval, and there is no token when that would
/// put it more than <c>burst × interval</c> into the future (the generic cell rate algorithm, ITU-T I.371).
/// </remarks>
internal sealed class RateLimiter<TKey>
    where TKey : notnull
{
    /// <summary>Buckets kept. Full ones are forgotten first, which changes nothing; if that is not enough, those who come
    /// next share one.</summary>
    private const int MaxBuckets = 50_000;

    private readonly TimeProvider _clock;
    private readonly long _interval;
    private readonly long _depth;
    private readonly int _burst;
    private readonly string _name;
    private readonly string?[] _states;
    private readonly ConcurrentDictionary<TKey, Bucket> _buckets = new();
    private readonly Bucket _shared = new();
    private int _bucketCount;
    private long _sweptAt;

    /// <param name="name">Of the policy, as the headers show it.</param>
    public RateLimiter(string name, RateLimitSettings.Rate rate, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate.PerSecond);
        ArgumentOutOfRangeException.ThrowIfLessThan(rate.Burst, 1);
        (_name, _clock, _burst) = (name, clock, rate.Burst);
        _interval = Math.Max(1, clock.TimestampFrequency / rate.PerSecond);
        _depth = checked(_interval * rate.Burst);
        _states = new string?[Math.Min(rate.Burst, 10_000) + 1];
        Policy = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={rate.Burst};w={Math.Max(1, (rate.Burst + rate.PerSecond - 1) / rate.PerSecond)}");
    }

    /// <summary>The header <c>RateLimit-Policy</c>: quota, and the seconds in which all of it comes back.</summary>
    public string Policy { get; }

    /// <param name="remaining">Tokens left after this one.</param>
    /// <param name="retryAfterSeconds">At least 1 when there was none.</param>
    public bool TryTake(TKey key, out int remaining, out int retryAfterSeconds) => TryMove(BucketOf(key), _interval, out remaining, out retryAfterSeconds);

    /// <summary>Whether a token could be taken; none is.</summary>
    public bool HasToken(TKey key, out int retryAfterSeconds)
    {
        retryAfterSeconds = 0;
        return !_buckets.TryGetValue(key, out var bucket) || TryMove(bucket, 0, out _, out retryAfterSeconds);
    }

    /// <summary>The header <c>RateLimit</c>: tokens left, and the seconds until all are back.</summary>
    public string State(int remaining)
    {
        if (remaining >= _states.Length) return WriteState(remaining);
        return _states[remaining] ??= WriteState(remaining);
    }

    private bool TryMove(Bucket bucket, long by, out int remaining, out int retryAfterSeconds)
    {
        var now = _clock.GetTimestamp();
        while (true)
        {
            var seen = Volatile.Read(ref bucket.FullAt);
            var from = Math.Max(seen, now);
            var waiting = from + _interval - now - _depth;
            if (waiting > 0)
            {
                (remaining, retryAfterSeconds) = (0, SecondsUp(waiting));
                return false;
            }

            remaining = (int)((_depth - (from + by - now)) / _interval);
            retryAfterSeconds = 0;
            if (by == 0 || Interlocked.CompareExchange(ref bucket.FullAt, from + by, seen) == seen) return true;
        }
    }

    private Bucket BucketOf(TKey key)
    {
        if (_buckets.TryGetValue(key, out var bucket)) return bucket;
        if (Volatile.Read(ref _bucketCount) >= MaxBuckets && !Sweep()) return _shared;
        if (_buckets.TryAdd(key, bucket = new Bucket()))
        {
            Interlocked.Increment(ref _bucketCount);
            return bucket;
        }

        return _buckets.TryGetValue(key, out var other) ? other : _shared;
    }

    /// <returns>True when there is room again. Looked for once a second at the most.</returns>
    private bool Sweep()
    {
        var now = _clock.GetTimestamp();
        var last = Volatile.Read(ref _sweptAt);
        if (now - last < _clock.TimestampFrequency || Interlocked.CompareExchange(ref _sweptAt, now, last) != last) return false;
        foreach (var (key, bucket) in _buckets)
        {
            if (Volatile.Read(ref bucket.FullAt) <= now && _buckets.TryRemove(key, out _)) Interlocked.Decrement(ref _bucketCount);
        }

        return Volatile.Read(ref _bucketCount) < MaxBuckets;
    }

    private string WriteState(int remaining) => string.Create(
        CultureInfo.InvariantCulture, $"\"{_name}\";r={remaining};t={SecondsUp((_burst - remaining) * _interval)}");

    private int SecondsUp(long ticks) => (int)((ticks + _clock.TimestampFrequency - 1) / _clock.TimestampFrequency);

    private sealed class Bucket
    {
        public long FullAt;
    }
}
