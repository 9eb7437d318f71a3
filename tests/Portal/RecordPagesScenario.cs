using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Features.Pipeline;
using PacSpace.Features.Sharing;
using PacSpace.Features.Tests;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Portal.Tests;

/// <summary>A middleware's seller with a customer, closed periods, and a browser that opened the customer's link. Every answer to that
/// browser is searched for the middleware's name and for words that customers must not read.</summary>
public sealed class RecordPagesScenario : IAsyncDisposable
{
    public const string Customer = "cust_a";
    public const string Seller = "Acme Inference";

    public const string Parent = "Parent Billing Inc";

    /// <summary>Requests come through a proxy, which says from where and that they came by https.</summary>
    private static readonly Dictionary<string, string?> s_settings = new() { ["PacSpace:Proxies:0"] = "127.0.0.0/8" };

    private string? _cookie;

    private RecordPagesScenario(ClosingScenario it, string account) => (It, Account) = (it, account);

    public ClosingScenario It { get; }

    public string Account { get; }

    public string Handle { get; private set; } = "";

    public string Home => $"/c/{Handle}";

    /// <summary>A customer with one record in March; the clock stands in March.</summary>
    /// <param name="adjust">What is different in this host.</param>
    public static async Task<RecordPagesScenario> StartAsync(PostgresFixture postgres, Action<WebApplicationBuilder>? adjust = null)
    {
        var it = await ClosingScenario.StartAsync(postgres, isMiddleware: true, settings: s_settings, adjust: adjust);
        await it.Host.ExecuteAsync("UPDATE tenants SET name = $2 WHERE tenant_id = $1", it.Tenant.TenantId, Parent);
        var scenario = new RecordPagesScenario(it, await it.Host.CreateVendorAccountAsync(it.Tenant.TenantId, Seller));
        await scenario.EmitAsync(-300);
        scenario.Handle = await scenario.HandleAsync(Customer);
        return scenario;
    }

    /// <summary>Of the active link.</summary>
    public Task<string> HandleAsync(string customerId) => It.Host.QueryAsync<string>(
        "SELECT handle FROM customer_links JOIN customers USING (ledger_no, customer_no) WHERE customer_id = $1 AND revoked_at IS NULL", customerId);

    /// <summary>As the vendor prints it.</summary>
    public async Task<string> CodeAsync(string customerId = Customer) => (await DoneAsync(new RevealAccessCode(Vendor, customerId, Account))).AccessHint!;

    public Task SetPolicyAsync(string policy, string customerId = Customer) => DoneAsync(new UpdateSharing(Vendor, customerId, Account, policy, null, false));

    /// <summary>A branded host that serves, the seller's unless another account is named.</summary>
    public async Task<string> BindAsync(string hostname, bool suppresses = false, string? account = null)
    {
        var domain = await DoneAsync(new CreateDomain(Vendor, hostname, account ?? Account, suppresses));
        await DoneAsync(new BindDomain(domain.DomainId));
        return domain.DomainId;
    }

    /// <summary>From now on there is somebody to be told; nothing is sent.</summary>
    public Task<int> ListenAsync(string description = "") => It.Host.ExecuteAsync(
        "INSERT INTO webhook_endpoints (webhook_id, tenant_id, environment, url, description, secret, created_at) VALUES ('webhook_1', $1, $2, 'https://hooks.example', $3, '\\x00', now())",
        It.Tenant.TenantId, It.Tenant.Environment, description);

    /// <summary>Who sends the vendor's own requests.</summary>
    public Caller Vendor => new() { TenantId = It.Tenant.TenantId, TenantName = Parent, Environment = It.Tenant.Environment, IsMiddleware = true, Tier = "enterprise" };

    /// <summary>What was accepted.</summary>
    public async Task<T> DoneAsync<T>(IRequest<Outcome<T>> request)
        where T : notnull
    {
        await using var scope = It.Host.Services.CreateAsyncScope();
        Assert.True((await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request)).Accepted(out var value, out var refusal), refusal?.ToString());
        return value;
    }

    /// <summary>Another node on the same database, at the same time.</summary>
    /// <param name="database">By another way.</param>
    /// <param name="adjust">What is different in this host.</param>
    public Task<PacSpaceHost> StartNodeAsync(TestDatabase database, Action<WebApplicationBuilder>? adjust) => It.StartNodeAsync(It.Clock, s_settings, database, adjust);

    /// <summary>Somebody with a browser of their own.</summary>
    public PageVisitor NewVisitor(string host = PageVisitor.DefaultHost, string address = "203.0.113.7") => new(It.Host, host, address);

    /// <summary>Somebody who entered the code.</summary>
    public async Task<PageVisitor> UnlockedVisitorAsync(string customerId = Customer, string host = PageVisitor.DefaultHost)
    {
        var visitor = NewVisitor(host);
        Assert.Equal(303, (await visitor.PostAsync($"/c/{await HandleAsync(customerId)}/unlock", [("code", await CodeAsync(customerId))])).Status);
        return visitor;
    }

    /// <summary>March and April closed, both with increases and decreases, and a record in May.</summary>
    public async Task<(string March, string April)> RecordThreeMonthsAsync()
    {
        await EmitAsync(-20.5m);
        await EmitAsync(12.25m);
        It.Clock.Set(ClosingScenario.April.AddDays(1));
        await EmitAsync(-40);
        It.Clock.Advance(TimeSpan.FromDays(3));
        await EmitAsync(-1_060);
        It.Clock.Set(ClosingScenario.May.AddMinutes(5));
        await EmitAsync(-7);
        await It.SealedAsync();
        return (await CloseAsync("2026-03"), await CloseAsync("2026-04"));
    }

    public Task<JsonElement> EmitAsync(decimal delta, string customerId = Customer) =>
        It.EmitAsync(customerId, delta, metadata: new { secret = "metadata" }, vendorAccountId: Account);

    public Task<string> CloseAsync(string period, string customerId = Customer) => CloseAsync(new { customerId, period, vendorAccountId = Account });

    public async Task<string> CloseAsync(object scope)
    {
        var answer = await It.CommitAsync(scope);
        Assert.True(answer.Status is 200 or 201, answer.Text);
        var checkpointId = answer.Data.Text("checkpointId")!;
        await It.CompletedAsync(checkpointId);
        return checkpointId;
    }

    /// <summary>What the API says.</summary>
    public async Task<JsonElement> AskAsync(string path)
    {
        var answer = await It.Tenant.GetAsync(path);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Data;
    }

    public Task<JsonElement> AskMiddlewareAsync(string rest) => AskAsync($"/api/v1/middleware/customers/{Customer}/{rest}");

    /// <summary>Enters the code that the vendor printed.</summary>
    public async Task UnlockAsync()
    {
        var answer = await PostAsync("/unlock", [("code", await CodeAsync())]);
        Assert.Equal(303, answer.Status);
        _cookie = string.Join("; ", answer.Header("Set-Cookie")!.Split(", ").Where(part => part.StartsWith("pacspace-", StringComparison.Ordinal)).Select(part => part.Split(';')[0]));
    }

    /// <param name="rest">Below the link.</param>
    /// <param name="isHtmx">Asks for the fragment.</param>
    public async Task<Answer> GetAsync(string rest, bool isHtmx = false) => Clean(await It.Host.GetAsync(Home + rest, null, Headers(isHtmx)));

    public async Task<Answer> PostAsync(string rest, (string Name, string Value)[] fields, bool isHtmx = false)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return Clean(await It.Host.SendAsync(HttpMethod.Post, Home + rest, null, form, Headers(isHtmx)));
    }

    /// <summary>A page that was shown.</summary>
    public async Task<IDocument> PageAsync(string rest) => Read(await GetAsync(rest));

    public static IDocument Read(Answer answer) => Read(answer.Text);

    public static IDocument Read(string html) => new HtmlParser().ParseDocument(html);

    /// <summary>The table with that caption, cell by cell.</summary>
    public static IReadOnlyList<string> Rows(IParentNode page, string caption) =>
        [.. page.QuerySelectorAll("table").Single(table => table.QuerySelector("caption")!.TextContent.StartsWith(caption, StringComparison.Ordinal))
            .QuerySelectorAll("tbody tr").Select(row => string.Join(" | ", row.Children.Select(cell => Text(cell))))];

    /// <summary>The list of facts, term by term.</summary>
    public static IReadOnlyDictionary<string, string> Facts(IParentNode page) =>
        page.QuerySelectorAll(".facts-list dt").ToDictionary(Text, term => Text(term.NextElementSibling!));

    /// <summary>As it is read: white space is one blank.</summary>
    public static string Text(IElement element) => string.Join(' ', element.TextContent.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)).Replace(" ,", ",", StringComparison.Ordinal);

    public Task<long> CountLoggedAsync(string kind) => It.Host.QueryAsync<long>("SELECT count(*) FROM access_log WHERE kind = $1", kind);

    public ValueTask DisposeAsync() => It.DisposeAsync();

    private Answer Clean(Answer answer)
    {
        var said = answer.Text.Replace("metadataHash", "", StringComparison.Ordinal) + string.Join('\n', answer.Headers.Select(header => $"{header.Key}: {header.Value}"));
        foreach (var hidden in new[] { "Parent Billing", It.Tenant.TenantId, "metadata" }) Assert.DoesNotContain(hidden, said, StringComparison.OrdinalIgnoreCase);
        if (answer.Header("Content-Type")?.StartsWith("application/pdf", StringComparison.Ordinal) == true) return answer;
        Assert.DoesNotMatch(BannedOnPages.Words, answer.Text);
        Assert.DoesNotMatch(@"(?i)<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", answer.Text);
        return answer;
    }

    private (string Name, string Value)[] Headers(bool isHtmx) =>
        [("Host", "app.example.com"), ("Sec-Fetch-Site", "same-origin"), .. _cookie is null ? [] : new[] { ("Cookie", _cookie) }, .. isHtmx ? [("HX-Request", "true")] : Array.Empty<(string, string)>()];
}
