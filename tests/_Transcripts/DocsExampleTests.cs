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
        var (ofDirect, ofMiddleware) = (await VariablesAsync(demo["apiKey"]), await MiddlewareVariablesAsync(folder));
        var failed = new List<string>();
        foreach (var example in examples)
        {
            var variables = example.Contains("$MIDDLEWARE_API_KEY", StringComparison.Ordinal) ? ofMiddleware : ofDirect;
            var (exitCode, output, errors) = await Snippets.ShellAsync($"set -eu\n{variables}{example}\n", folder, demo);
            if (exitCode != 0) failed.Add($"{example}\nended with {exitCode}: {errors}{output}");
        }

        Assert.True(failed.Count == 0, string.Join("\n\n", failed));
    }

    private async Task<string> VariablesAsync(string key)
    {
        var checkpoints = await GetAsync(key, "/api/v1/balance/checkpoints?limit=100&mode=all&status=verified");
        var customer = checkpoints.GetProperty("checkpoints").EnumerateArray().GroupBy(checkpoint => checkpoint.GetProperty("customerId").GetString()!)
            .First(of => of.Count() >= 2);
        var receipts = customer.Select(checkpoint => checkpoint.GetProperty("checkpointId").GetString()!).ToList();
        var detail = await GetAsync(key, $"/api/v1/balance/customers/{customer.Key}?deltaPeriod=all");
        var record = detail.GetProperty("recentActivity").GetProperty("items")[0].GetProperty("recordId").GetString()!;
        (string Name, string Value)[] variables =
        [
            ("PACSPACE", demo["baseUrl"]), ("API_KEY", key), ("MIDDLEWARE_API_KEY", key), ("CUSTOMER_ID", customer.Key), ("RECORD_ID", record), ("RECEIPT_ID", receipts[0]),
            ("OTHER_RECEIPT_ID", receipts[1]), ("EVENT_ID", await TestEventAsync()),
        ];
        return string.Concat(variables.Select(variable => $"{variable.Name}='{variable.Value}'\n"));
    }

    /// <summary>An event that was sent to an endpoint where nobody listens.</summary>
    private async Task<string> TestEventAsync()
    {
        var tenant = (await demo.OperateAsync("tenant", "list")).GetProperty("tenants")[0].GetProperty("tenantId").GetString()!;
        string[] of = ["--tenant", tenant, "--environment", "production"];
        var webhook = await demo.OperateAsync(["webhook", "create", "--url", "https://127.0.0.1:1/", .. of]);
        return (await demo.OperateAsync(["webhook", "test", webhook.GetProperty("id").GetString()!, .. of])).GetProperty("eventId").GetString()!;
    }

    /// <summary>The demo's vendor is a direct one: a billing middleware is made beside it, with a customer and two closed periods.</summary>
    private async Task<string> MiddlewareVariablesAsync(string folder)
    {
        var (exitCode, key, errors) = await Snippets.ShellAsync(
            $$"""
            set -euo pipefail
            pacspace() { '{{DemoServer.Program("pacspace")}}' "$@" --json --data "$PACSPACE_DATA"; }
            member() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p"; }
            tenant=$(pacspace tenant create --name Billing --middleware | member tenantId)
            account=$(pacspace vendor-account create --tenant "$tenant" --display-name Seller | member vendorAccountId)
            key=$(pacspace key create --tenant "$tenant" --environment production | member apiKey)
            post() { curl -sS --fail-with-body "{{demo["baseUrl"]}}$1" -H "X-Api-Key: $key" -H 'Content-Type: application/json' -d "$2" >&2; }
            post /api/v1/balance/delta '{"customerId":"cust_sold","delta":-5,"reason":"tokens","vendorAccountId":"'"$account"'"}'
            for month in 2026-01 2026-02; do
              post /api/v1/balance/checkpoint '{"customerId":"cust_sold","period":"'$month'","vendorAccountId":"'"$account"'"}'
            done
            echo "$key"
            """,
            folder, demo);
        Assert.True(exitCode == 0, errors);
        await Eventually.HoldsAsync(async () => (await GetAsync(key.Trim(), "/api/v1/balance/checkpoints?status=verified")).GetProperty("checkpoints").GetArrayLength() == 2);
        return await VariablesAsync(key.Trim());
    }

    private async Task<JsonElement> GetAsync(string key, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Api-Key", key);
        using var answer = await demo.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("data");
    }

    [GeneratedRegex("""<pre tabindex="0" class="example"><code>(.*?)</code></pre>""", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("<article ")]
    private static partial Regex Article();
}
