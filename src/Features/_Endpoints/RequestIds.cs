using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace PacSpace.Features.Endpoints;

/// <summary><c>X-Request-Id</c>: the caller's when it is 1 to 128 of <c>[A-Za-z0-9._-]</c>, else one of ours.</summary>
internal static class RequestIds
{
    public const string Header = "X-Request-Id";

    private const int MaxLength = 128;
    private static readonly SearchValues<char> s_allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    // Unique across nodes and restarts by chance, within the process by counting: no random bytes for every request.
    private static readonly string s_process = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
    private static long s_count;

    public static void Assign(HttpContext http)
    {
        var given = http.Request.Headers[Header];
        var id = given.Count == 1 && IsUsable(given[0]) ? given[0]! : New();
        http.TraceIdentifier = id;
        http.Response.Headers[Header] = id;
    }

    private static bool IsUsable(string? id) => id is { Length: > 0 and <= MaxLength } && !id.AsSpan().ContainsAnyExcept(s_allowed);

    private static string New() => string.Create(CultureInfo.InvariantCulture, $"req-{s_process}-{Interlocked.Increment(ref s_count):x8}");
}
