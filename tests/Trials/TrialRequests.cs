using System.Net.Http.Json;
using System.Text.Json;

namespace PacSpace.Trials.Tests;

/// <summary>Short ways to ask an installation's first node.</summary>
internal static class TrialRequests
{
    /// <summary>The <c>data</c> of what must be a success.</summary>
    public static async Task<JsonElement> GetDataAsync(this TrialInstallation it, string? key, string path)
    {
        using var answer = await it.SendAsync(HttpMethod.Get, key, path);
        return await DataAsync(answer);
    }

    /// <summary>The <c>data</c> of what must be a success.</summary>
    public static async Task<JsonElement> PostAsync(this TrialInstallation it, string key, string path, object body)
    {
        using var answer = await it.SendAsync(HttpMethod.Post, key, path, body);
        return await DataAsync(answer);
    }

    public static async Task<HttpResponseMessage> SendAsync(this TrialInstallation it, HttpMethod method, string? key, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(it.Node.Address, path));
        if (key is not null) request.Headers.Add("X-Api-Key", key);
        if (body is not null) request.Content = JsonContent.Create(body);
        return await it.Http.SendAsync(request);
    }

    /// <summary>The body of <c>/readyz</c>.</summary>
    public static async Task<(int StatusCode, string Status, IReadOnlyDictionary<string, string> Checks)> ReadinessAsync(this TrialInstallation it)
    {
        using var answer = await it.SendAsync(HttpMethod.Get, null, "/readyz");
        var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return ((int)answer.StatusCode, json.GetProperty("status").GetString()!,
            json.GetProperty("checks").EnumerateObject().ToDictionary(check => check.Name, check => check.Value.GetString()!));
    }

    private static async Task<JsonElement> DataAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage!.RequestUri}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement.GetProperty("data");
    }
}
