using PacSpace.Testing;

namespace PacSpace.Portal.Tests;

/// <summary>A browser that comes by https through the proxy: it asks one host from one address and keeps the cookies that it is given.</summary>
public sealed class PageVisitor(PacSpaceHost host, string asked, string address)
{
    public const string DefaultHost = "app.example.com";
    public const string Session = "__Host-pacspace-record";
    public const string KnownBrowser = "__Host-pacspace-known";

    /// <summary>By name; those of other hosts are another visitor's.</summary>
    public SortedDictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    public string Address { get; set; } = address;

    /// <param name="headers">Beside the usual ones; a usual one is replaced by its name, and left out when it is empty.</param>
    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    /// <inheritdoc cref="GetAsync"/>
    public async Task<Answer> PostAsync(string path, (string Name, string Value)[] fields, params (string Name, string Value)[] headers)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await SendAsync(HttpMethod.Post, path, form, headers);
    }

    /// <inheritdoc cref="GetAsync"/>
    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        var sent = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Host"] = asked,
            ["X-Forwarded-For"] = Address,
            ["X-Forwarded-Proto"] = "https",
            ["Sec-Fetch-Site"] = "same-origin",
            ["User-Agent"] = "Mozilla/5.0",
            ["Cookie"] = string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")),
        };
        foreach (var (name, value) in headers) sent[name] = value;
        var answer = await host.SendAsync(method, path, null, content, [.. sent.Where(header => header.Value.Length > 0).Select(header => (header.Key, header.Value))]);
        foreach (var cookie in (answer.Header("Set-Cookie") ?? "").Split(", ", StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (cookie[..cookie.IndexOf('=', StringComparison.Ordinal)], cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(';')[0]);
            Cookies[name] = value;
        }

        return answer;
    }

    /// <summary>The same cookies somewhere else.</summary>
    public PageVisitor CopiedTo(string otherHost)
    {
        var copy = new PageVisitor(host, otherHost, Address);
        foreach (var (name, value) in Cookies) copy.Cookies[name] = value;
        return copy;
    }
}
