using System.Text.RegularExpressions;
using PacSpace.Features.Account;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Balance;

/// <summary>The rules of vendor accounts (api-balance 1.12), asked of the balance routes through the door.</summary>
public sealed class VendorAccountsHttpTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Delta = "/api/v1/balance/delta";
    private const string Batch = "/api/v1/balance/delta/batch";
    private const string Checkpoint = "/api/v1/balance/checkpoint";

    private ClosingScenario _scenario = null!;
    private string _first = null!;
    private string _second = null!;
    private string _archived = null!;
    private string _strangers = null!;
    private TestTenant _direct = null!;

    private TestTenant Middleware => _scenario.Tenant;

    public async ValueTask InitializeAsync()
    {
        _scenario = await ClosingScenario.StartAsync(postgres, isMiddleware: true);
        _direct = await _scenario.Host.CreateTenantAsync();
        var stranger = await _scenario.Host.CreateTenantAsync(isMiddleware: true);
        _first = await _scenario.Host.CreateVendorAccountAsync(Middleware.TenantId, "First");
        _second = await _scenario.Host.CreateVendorAccountAsync(Middleware.TenantId, "Second");
        _archived = await _scenario.Host.CreateVendorAccountAsync(Middleware.TenantId, "Gone");
        _strangers = await _scenario.Host.CreateVendorAccountAsync(stranger.TenantId);
        await _scenario.Host.ExecuteAsync("UPDATE vendor_accounts SET archived_at = now() WHERE vendor_account_id = $1", _archived);
    }

    public async ValueTask DisposeAsync() => await _scenario.DisposeAsync();

    [Fact]
    public async Task Writes_need_one_open_account_under_middleware_and_none_otherwise()
    {
        await EmitAsync("both", _first);

        foreach (var (path, body) in Writes())
        {
            //          who         vendorAccountId          answer
            await Is(Middleware, null,                  "400 VENDOR_ACCOUNT_REQUIRED vendorAccountId");
            await Is(Middleware, "cmw_vendor_unknown",  "400 VALIDATION_ERROR vendorAccountId");
            await Is(Middleware, _archived,             "400 VALIDATION_ERROR vendorAccountId");
            await Is(Middleware, _strangers,            "400 VALIDATION_ERROR vendorAccountId");
            await Is(Middleware, "",                    "400 VALIDATION_ERROR vendorAccountId");
            await Is(Middleware, new string('x', 9000), "400 VALIDATION_ERROR vendorAccountId");
            await Is(_direct,    _first,                "400 VENDOR_ACCOUNT_FORBIDDEN vendorAccountId");
            await Is(_direct,    "nonsense",            "400 VENDOR_ACCOUNT_FORBIDDEN vendorAccountId", "400 VALIDATION_ERROR vendorAccountId");
            await Is(Middleware, _first,                "201");

            async Task Is(TestTenant tenant, string? vendorAccountId, params string[] expected)
            {
                var answer = await tenant.PostRawAsync(path, body(vendorAccountId is null ? "null" : $"\"{vendorAccountId}\""));
                Assert.Contains(answer.Fields.Count > 0 ? $"{answer} {answer.Fields[0]}" : answer.ToString(), expected);
            }
        }

        Assert.Equal(0, await _scenario.CountAsync("SELECT count(*) FROM ledgers l JOIN records r USING (ledger_no) WHERE tenant_id = $1", _direct.TenantId));
    }

    [Theory] //                        at the top  on the first item  on the second  answer
    [InlineData("first", null, null, "201")]
    [InlineData(null, "first", null, "201")]
    [InlineData(null, "first", "first", "201")]
    [InlineData("first", "first", "first", "201")]
    [InlineData("first", "second", null, "400 VALIDATION_ERROR")]
    [InlineData(null, "first", "second", "400 VALIDATION_ERROR")]
    [InlineData(null, null, null, "400 VENDOR_ACCOUNT_REQUIRED")]
    public async Task One_account_per_submission(string? top, string? item, string? other, string expected)
    {
        var answer = await Middleware.PostAsync(Batch, new
        {
            vendorAccountId = Account(top),
            deltas = new[]
            {
                new { customerId = "a", delta = 1, reason = "r", vendorAccountId = Account(item) },
                new { customerId = "b", delta = 1, reason = "r", vendorAccountId = Account(other) },
            },
        });

        Assert.Equal(expected, answer.ToString());
        Assert.Equal(expected == "201" ? 2 : 0, await _scenario.CountAsync("SELECT count(*) FROM records"));
    }

    [Fact]
    public async Task The_same_customerId_under_two_accounts_is_two_customers()
    {
        var first = (await EmitAsync("both", _first)).Data;
        var second = (await EmitAsync("both", _second)).Data;

        Assert.Equal((1, 1), (first.GetProperty("sequenceNumber").GetInt32(), second.GetProperty("sequenceNumber").GetInt32()));
        Assert.Equal((_first, _second), (first.Text("vendorAccountId"), second.Text("vendorAccountId")));
        Assert.NotEqual(first.Text("customerReference"), second.Text("customerReference"));
    }

    [Fact]
    public async Task Reads_need_an_account_only_where_a_customer_exists_under_several()
    {
        await EmitAsync("both", _first);
        await EmitAsync("both", _second);
        await EmitAsync("once", _second);
        await _scenario.SealedAsync();

        foreach (var read in (string[])["/api/v1/balance/derive/", "/api/v1/balance/customers/", "/api/v1/balance/receipt/", "/api/v1/balance/invoice-proof/"])
        {
            //          customer  vendorAccountId        answer
            await Is("once", null,                 "200");
            await Is("once", _second,              "200");
            await Is("once", _first,               "404 CUSTOMER_NOT_FOUND");
            await Is("both", _first,               "200");
            await Is("both", _second,              "200");
            await Is("both", null,                 "400 VENDOR_ACCOUNT_REQUIRED");
            await Is("both", "cmw_vendor_unknown", "400 VALIDATION_ERROR");
            await Is("both", _archived,            "404 CUSTOMER_NOT_FOUND");
            await Is("both", _strangers,           "400 VALIDATION_ERROR");
            await Is("both", "x",                  "400 VALIDATION_ERROR");
            await Is("nobody", null,               "404 CUSTOMER_NOT_FOUND");

            async Task Is(string customerId, string? vendorAccountId, string expected) => Assert.Equal(
                (read, customerId, vendorAccountId, expected),
                (read, customerId, vendorAccountId, (await Middleware.GetAsync($"{read}{customerId}{(vendorAccountId is null ? "" : $"?vendorAccountId={vendorAccountId}")}")).ToString()));
        }

        await _direct.PostAsync(Delta, new { customerId = "a", delta = 1, reason = "r" });
        Assert.Equal("400 VENDOR_ACCOUNT_FORBIDDEN", (await _direct.GetAsync($"/api/v1/balance/derive/a?vendorAccountId={_first}")).ToString());
    }

    [Fact]
    public async Task What_stands_under_an_archived_account_is_read_as_before_and_nothing_is_added()
    {
        await EmitAsync("a", _first);
        _scenario.Clock.Set(ClosingScenario.April.AddMinutes(1));
        await EmitAsync("a", _first);
        await _scenario.SealedAsync();
        var closed = await _scenario.CommitAsync(new { customerId = "a", period = "2026-03", vendorAccountId = _first });
        await _scenario.CompletedAsync(closed.Data.Text("checkpointId")!);
        string[] reads =
        [
            "/api/v1/balance/derive/a?period=2026-03&", "/api/v1/balance/customers/a?", "/api/v1/balance/customers?", "/api/v1/balance/checkpoints?",
            "/api/v1/balance/receipt/a?period=2026-03&", "/api/v1/middleware/customers/a/live?period=2026-03&", "/api/v1/middleware/customers/a/periods?",
            "/api/v1/balance/checkpoint-timeline/a?startDate=2026-03-01&endDate=2026-04-01&",
        ];
        var before = new List<string>();
        foreach (var read in reads) before.Add(await AskAsync(read));

        await _scenario.Host.ExecuteAsync("UPDATE vendor_accounts SET archived_at = now() WHERE vendor_account_id = $1", _first);
        _scenario.Clock.Advance(VendorAccounts.BelievedFor);

        for (var i = 0; i < reads.Length; i++) Assert.Equal(before[i], await AskAsync(reads[i]));
        foreach (var (path, body) in Writes()) Assert.Equal("400 VALIDATION_ERROR", (await Middleware.PostRawAsync(path, body($"\"{_first}\""))).ToString());
        foreach (var named in (string[])["", $"&vendorAccountId={_first}"]) // a receipt would have to close the month first
            Assert.Equal("400 VALIDATION_ERROR", (await Middleware.GetAsync($"/api/v1/balance/receipt/a?period=2026-04{named}")).ToString());
        Assert.Equal(1, await _scenario.CountAsync("SELECT count(*) FROM checkpoints"));

        async Task<string> AskAsync(string read)
        {
            var answer = await Middleware.GetAsync($"{read}vendorAccountId={_first}");
            Assert.True(answer.Status == 200, $"{read}: {answer.Text}");
            return Regex.Replace(answer.Text, @"""(asOf|generatedAt|nextCursor|createdAt|requestId)"":""[^""]*""", "");
        }
    }

    [Fact]
    public async Task An_answer_under_middleware_never_names_the_parent()
    {
        await _scenario.Host.ExecuteAsync("UPDATE tenants SET name = 'Parent Billing Inc' WHERE tenant_id = $1", Middleware.TenantId);
        await EmitAsync("a", _first);
        await _scenario.SealedAsync();

        var receipt = await Middleware.GetAsync("/api/v1/balance/receipt/a");

        Assert.Equal((200, "middleware_vendor_account"), (receipt.Status, receipt.Data.GetProperty("recordedBy").Text("type")));
        Assert.DoesNotContain("Parent Billing", receipt.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Middleware.TenantId, receipt.Text, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Path, Func<string, string> Body)> Writes() =>
    [
        (Delta, account => $$"""{"customerId":"both","delta":1,"reason":"r","vendorAccountId":{{account}}}"""),
        (Batch, account => $$"""{"deltas":[{"customerId":"both","delta":1,"reason":"r"}],"vendorAccountId":{{account}}}"""),
        (Batch, account => $$"""{"deltas":[{"customerId":"both","delta":1,"reason":"r","vendorAccountId":{{account}}}]}"""),
        (Checkpoint, account => $$"""{"customerId":"both","vendorAccountId":{{account}}}"""),
    ];

    private string? Account(string? which) => which switch { "first" => _first, "second" => _second, _ => null };

    private Task<Answer> EmitAsync(string customerId, string vendorAccountId) =>
        Middleware.PostAsync(Delta, new { customerId, delta = 1, reason = "r", vendorAccountId });
}
