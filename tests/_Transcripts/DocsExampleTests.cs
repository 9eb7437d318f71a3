using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Transcripts.Tests;

/// <summary>Each operation on the docs page has an example, and each example runs as it stands.</summary>
public sealed partial class DocsExampleTests(DemoServer demo)
{
    [Fact]
    public async Task Every_example_of_the_docs_page_runs()
    {
        var page = await demo.Client.GetStringAsync(new Uri("/docs", UriKind.Relative));
        var examples = Example().Matches(page).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value)).ToList();
        Assert.Equal(Article().Count(page), examples.Count);
        Assert.NotEmpty(examples);

        using var folder = new TemporaryFolder();
        var variables = string.Concat((await VariablesAsync()).Select(variable => $"{variable.Name}='{variable.Value}'\n"));
        var failed = new List<string>();
        foreach (var example in examples)
        {
            var (exitCode, output, errors) = await Snippets.ShellAsync($"set -eu\n{variables}{example}\n", folder, demo);
            if (exitCode != 0) failed.Add($"{example}\nended with {exitCode}: {errors}{output}");
        }

        Assert.True(failed.Count == 0, string.Join("\n\n", failed));
    }

    private async Task<IEnumerable<(string Name, string Value)>> VariablesAsync()
    {
        var checkpoints = await GetAsync("/api/v1/balance/checkpoints?limit=100&mode=all&status=verified");
        var customer = checkpoints.GetProperty("checkpoints").EnumerateArray().GroupBy(checkpoint => checkpoint.GetProperty("customerId").GetString()!)
            .First(of => of.Count() >= 2);
        var receipts = customer.Select(checkpoint => checkpoint.GetProperty("checkpointId").GetString()!).ToList();
        var detail = await GetAsync($"/api/v1/balance/customers/{customer.Key}?deltaPeriod=all");
        var record = detail.GetProperty("recentActivity").GetProperty("items")[0].GetProperty("recordId").GetString()!;
        return
        [
            ("PACSPACE", demo["baseUrl"]), ("API_KEY", demo["apiKey"]), ("CUSTOMER_ID", customer.Key), ("RECORD_ID", record),
            ("RECEIPT_ID", receipts[0]), ("OTHER_RECEIPT_ID", receipts[1]), ("EVENT_ID", await TestEventAsync()),
        ];
    }

    /// <summary>An event that was sent to an endpoint where nobody listens.</summary>
    private async Task<string> TestEventAsync()
    {
        var tenant = (await demo.OperateAsync("tenant", "list")).GetProperty("tenants")[0].GetProperty("tenantId").GetString()!;
        string[] of = ["--tenant", tenant, "--environment", "production"];
        var webhook = await demo.OperateAsync(["webhook", "create", "--url", "https://127.0.0.1:1/", .. of]);
        return (await demo.OperateAsync(["webhook", "test", webhook.GetProperty("id").GetString()!, .. of])).GetProperty("eventId").GetString()!;
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Api-Key", demo["apiKey"]);
        using var answer = await demo.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("data");
    }

    [GeneratedRegex("""<pre tabindex="0" class="example"><code>(.*?)</code></pre>""", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("<article ")]
    private static partial Regex Article();
}
