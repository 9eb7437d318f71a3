using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Endpoints;

/// <summary>The limits of this node, and the headers that show them.</summary>
internal sealed class RateLimits(IOptions<RateLimitSettings> settings, TimeProvider clock)
{
    private readonly RateLimiter<string> _keys = new("key", settings.Value.Key, clock);
    private readonly RateLimiter<UInt128> _public = new("public", settings.Value.Public, clock);
    private readonly RateLimiter<UInt128> _log = new("log", settings.Value.Log, clock);
    private readonly RateLimiter<UInt128> _invalidKeys = new("invalid-key", settings.Value.InvalidKey, clock);

    /// <summary>Null when the request may go on; the headers are set in either case.</summary>
    public Refusal? Take(HttpContext http, RateClass rateClass, Caller? caller) => rateClass switch
    {
        RateClass.Key => Take(http, _keys, caller!.KeyId!),
        RateClass.Public => Take(http, _public, AddressOf(http)),
        RateClass.Log => Take(http, _log, AddressOf(http)),
        _ => null,
    };

    /// <summary>Asked before the database is, so that guessing costs us little.</summary>
    public Refusal? MayTryKey(HttpContext http) =>
        _invalidKeys.HasToken(AddressOf(http), out var retryAfterSeconds) ? null : Refused(retryAfterSeconds);

    public void CountInvalidKey(HttpContext http) => _invalidKeys.TryTake(AddressOf(http), out _, out _);

    /// <summary>Asked before a host's name is looked up: names that are nobody's are taken from the bucket of the pages.</summary>
    public Refusal? MayNameHost(HttpContext http) => _public.HasToken(AddressOf(http), out var retryAfterSeconds) ? null : Refused(retryAfterSeconds);

    public void CountUnknownHost(HttpContext http) => _public.TryTake(AddressOf(http), out _, out _);

    private static Refusal? Take<TKey>(HttpContext http, RateLimiter<TKey> limiter, TKey key)
        where TKey : notnull
    {
        var isTaken = limiter.TryTake(key, out var remaining, out var retryAfterSeconds);
        http.Response.Headers["RateLimit-Policy"] = limiter.Policy;
        http.Response.Headers["RateLimit"] = limiter.State(remaining);
        return isTaken ? null : Refused(retryAfterSeconds);
    }

    private static Refusal Refused(int retryAfterSeconds) =>
        new(RefusalCode.RateLimited, "Too many requests, slow down") { RetryAfterSeconds = Math.Max(1, retryAfterSeconds) };

    private static UInt128 AddressOf(HttpContext http) => ClientAddress.Counted(http.Connection.RemoteIpAddress);
}
