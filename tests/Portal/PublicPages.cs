using System.Globalization;
using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Portal.Tests;

/// <summary>A server with a vendor that records for itself and one beneath a billing middleware, each with a closed window.</summary>
public sealed class PublicPages(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>Stands nowhere but in the parent tenant.</summary>
    public const string ParentName = "Zyxwvut Billing Parent";

    public const string Vendor = "Acme Inference";
    public const string Seller = "Seller & Sons";

    private static readonly Dictionary<string, string?> s_settings = new()
    {
        ["PacSpace:RateLimits:Public:PerSecond"] = "100000",
        ["PacSpace:RateLimits:Public:Burst"] = "100000",
    };

    public PacSpaceHost Host { get; private set; } = null!;

    public TestTenant Tenant { get; private set; } = null!;

    public TestTenant Parent { get; private set; } = null!;

    public string Account { get; private set; } = "";

    /// <summary>The vendor's: one record up, one down.</summary>
    public JsonElement Closed { get; private set; }

    /// <summary>The seller's.</summary>
    public JsonElement ClosedOfSeller { get; private set; }

    /// <summary>The root of one of the vendor's records, sealed.</summary>
    public string Submission { get; private set; } = "";

    public string ReceiptId => Text(Closed, "checkpointId");

    public string ProofRoot => Text(Closed, "proofRoot");

    public string ReceiptOfSeller => Text(ClosedOfSeller, "checkpointId");

    public async ValueTask InitializeAsync()
    {
        Host = await HostFixture.StartAsync(postgres, s_settings);
        Tenant = await Host.CreateTenantAsync(name: Vendor, unit: "credits");
        Parent = await Host.CreateTenantAsync(isMiddleware: true, name: ParentName);
        Account = await Host.CreateVendorAccountAsync(Parent.TenantId, Seller);
        Submission = Text(await EmitAsync(Tenant, "cust_1", -1_234.5m), "proofRoot");
        await EmitAsync(Tenant, "cust_1", 200m);
        Closed = await CloseAsync(Tenant, "cust_1");
        await EmitAsync(Parent, "cust_2", -7m, Account);
        ClosedOfSeller = await CloseAsync(Parent, "cust_2", Account);
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    public static async Task<IDocument> ReadAsync(Answer answer) => await new HtmlParser().ParseDocumentAsync(answer.Text);

    public static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;

    /// <summary>What a person reads, blanks as one.</summary>
    public static string Words(INode node) => string.Join(' ', node.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>What stands beside a term of the page's lists.</summary>
    public static string Fact(IDocument page, string term) =>
        Words(page.QuerySelectorAll("dt").First(dt => dt.TextContent == term).NextElementSibling!);

    public static string Number(JsonElement element, string member) =>
        element.GetProperty(member).GetDecimal().ToString("#,##0.#########", CultureInfo.GetCultureInfo("en-US"));

    public static async Task<JsonElement> EmitAsync(TestTenant tenant, string customerId, decimal delta, string? vendorAccountId = null)
    {
        var answer = await tenant.PostAsync("/api/v1/balance/delta", new { customerId, delta, reason = "tokens", vendorAccountId });
        Assert.True(answer.Status == 201, answer.Text);
        return answer.Data;
    }

    /// <summary>A branded host that serves.</summary>
    public Task<int> BindAsync(string hostname, string tenantId, string? vendorAccountId = null, bool suppresses = false, string stage = "ROUTE_BOUND") => Host.ExecuteAsync(
        "INSERT INTO tenant_domains (domain_id, tenant_id, vendor_account_id, hostname, challenge, stage, suppress_powered_by, created_at) VALUES ($1, $2, $3, $4, 'x', $5, $6, now())",
        "dom_" + hostname, tenantId, (object?)vendorAccountId ?? DBNull.Value, hostname, stage, suppresses);

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => Host.GetAsync(path, null, headers);

    public Task<Answer> GetOnAsync(string host, string path) => Host.GetAsync(path, null, ("Host", host));

    /// <summary>This month up to now, verified.</summary>
    private async Task<JsonElement> CloseAsync(TestTenant tenant, string customerId, string? vendorAccountId = null)
    {
        var period = DateTime.UtcNow.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var answer = await tenant.PostAsync("/api/v1/balance/checkpoint", new { customerId, period, vendorAccountId });
        Assert.True(answer.Status is 200 or 201, answer.Text);
        var id = Text(answer.Data, "checkpointId");
        await Eventually.HoldsAsync(async () => await Host.QueryAsync<long>("SELECT count(*) FROM checkpoints WHERE checkpoint_id = $1 AND verified_at IS NOT NULL", id) == 1);
        return answer.Data;
    }
}
