using System.Globalization;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Features.Pipeline;
using PacSpace.Features.Sharing;
using PacSpace.Features.Tests;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Browser.Tests;

/// <summary>A vendor in the middle of September, and a customer for each state that a Shared Record can be in.</summary>
/// <remarks>Read by several test classes, which therefore run one after the other; what a test changes it makes for itself.</remarks>
public sealed class RecordSite(PostgresFixture postgres) : IAsyncLifetime
{
    public const string Vendor = "Acme Inference";

    /// <summary>Six months, a gap in June, more records this month and in August than a page shows.</summary>
    public const string Many = "cust_northwind";

    public const string One = "cust_one";

    /// <summary>Nothing this month, a closed period before.</summary>
    public const string Empty = "cust_earlier";

    /// <summary>Nothing ever.</summary>
    public const string Nothing = "cust_new";

    public const string Gated = "cust_gated";

    public const string Open = "cust_open";

    /// <summary>Long words, long numbers, another alphabet.</summary>
    public const string Extreme = "cust_extreme";

    /// <summary>For codes that do not match.</summary>
    public const string Guessed = "cust_guessed";

    /// <summary>Whose link was ended.</summary>
    public const string Revoked = "cust_revoked";

    /// <summary>Whose stored record no page can read.</summary>
    public const string Damaged = "cust_damaged";

    /// <summary>A browser asks the machine that it is on; and a clock that stands still gives no permission to ask back.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["PacSpace:PublicUrl"] = "http://localhost",
        ["PacSpace:RateLimits:Log:PerSecond"] = "100000",
        ["PacSpace:RateLimits:Log:Burst"] = "100000",
    };

    private static readonly string[] s_everybody = [Many, One, Empty, Nothing, Gated, Open, Extreme, Guessed, Revoked, Damaged];

    private readonly Dictionary<string, string> _handles = [];
    private readonly Dictionary<string, string> _codes = [];
    private readonly Dictionary<string, string> _periods = [];
    private readonly Dictionary<string, string> _cookies = [];

    private ClosingScenario _it = null!;

    public PacSpaceHost Host => _it.Host;

    /// <summary>A record that has its place in the log, and the newest, which waits for it.</summary>
    public (string Recorded, string Recording, string Adjusting) Records { get; private set; }

    /// <summary>The period of a month of <see cref="Many"/>.</summary>
    public string Period(string month) => _periods[month];

    public string Code(string customer) => _codes[customer];

    public Uri At(string path) => new(Host.BaseAddress, path);

    /// <param name="rest">Below the customer's link.</param>
    public string Path(string customer, string rest = "") => $"/c/{_handles[customer]}{rest}";

    /// <summary>Lets a browser in to every record, as if each code had been typed.</summary>
    public async Task LetInAsync(BrowserPage page)
    {
        foreach (var (name, value) in _cookies) await page.SetCookieAsync(name, value, Host.BaseAddress);
    }

    /// <summary>Nobody guessed yet.</summary>
    public Task ForgetGuessesAsync() => Host.ExecuteAsync("WITH budget AS (DELETE FROM code_failures) DELETE FROM code_waits");

    /// <summary>Whether the verifier that auditors run, given the log's key alone, finds that a bundle holds; and how many records are in it.</summary>
    public async Task<int> VerifiedRecordsAsync(byte[] bundle) => (int)(await _it.VerifiedAsync(bundle)).Records;

    public async ValueTask InitializeAsync()
    {
        _it = await ClosingScenario.StartAsync(postgres, settings: Settings);
        await RecordMonthsAsync();
        await RecordThisMonthAsync();
        await ShareAsync();
    }

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    private async Task RecordMonthsAsync()
    {
        await RecordAsync(Many, 6, 90_000);
        await RecordAsync(Empty, 3);
        await EndMonthAsync("2026-03", Many, Empty);
        await RecordAsync(Many, 14, 90_000);
        await RecordAsync(Extreme, 3);
        await EndMonthAsync("2026-04", Many, Extreme);
        await RecordAsync(Many, 9);
        await EndMonthAsync("2026-05", Many);
        await RecordAsync(Many, 5);
        await EndMonthAsync("2026-06");
        await RecordAsync(Many, 21, 90_000);
        await EndMonthAsync("2026-07", Many);
        await RecordAsync(Many, 130, 90_000);
        await EndMonthAsync("2026-08", Many);
    }

    private async Task RecordThisMonthAsync()
    {
        foreach (var customer in new[] { One, Gated, Open, Guessed, Revoked, Damaged }) await RecordAsync(customer, 1);
        await RecordExtremesAsync();
        await RecordAsync(Many, 118, 90_000);
        await _it.SealedAsync();
        _it.Clock.Advance(TimeSpan.FromDays(6));
        await CloseAsync(Many, "2026-09"); // what it covers is verified, what comes after is not

        await RecordAsync(Many, 6);
        var recorded = await EmitAsync(Many, -128.25m, "inference", "job_9001");
        var adjusting = await EmitAsync(Many, 28.25m, "credit note", "job_9001-a", new { referenceId = "job_9001" });
        await _it.SealedAsync();
        await _it.PauseSealingAsync();
        _it.Clock.Advance(TimeSpan.FromSeconds(40));
        Records = (recorded, await EmitAsync(Many, -12.5m, "inference", "job_9002"), adjusting);
        _it.Clock.Advance(TimeSpan.FromSeconds(2));
    }

    private async Task RecordExtremesAsync()
    {
        await EmitAsync(Extreme, -123_456_789.123456789m, "inference", "order-2026-09-ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
        await EmitAsync(Extreme, 0.000000001m, "rückvergütung für nicht zugestellte Antworten des Modells, wie am Telefon vereinbart", "تصحيح-٤٢");
        await EmitAsync(Extreme, -1m, "nichttrennbaresüberlangeswortohneleerzeichenodertrennstrich", null);
        await EmitAsync(Extreme, -2_500_000m, "<script>alert('inference')</script>", "七月-推論");
    }

    private async Task RecordAsync(string customer, int count, decimal grant = 0)
    {
        if (grant != 0) await EmitAsync(customer, grant, "monthly grant", $"grant-{_it.Clock.GetUtcNow():yyyy-MM}");
        for (var i = 1; i <= count; i++)
        {
            _it.Clock.Advance(TimeSpan.FromMinutes(67));
            await EmitAsync(customer, -(i * 37 % 101 * 3.125m + 0.5m), i % 5 == 0 ? "embedding" : "inference", $"job_{_it.Clock.GetUtcNow():MMdd}_{i}");
        }
    }

    private async Task<string> EmitAsync(string customerId, decimal delta, string reason, string? referenceId, object? adjusts = null)
    {
        var answer = await _it.Tenant.PostAsync("/api/v1/balance/delta", new { customerId, delta, reason, referenceId, adjusts });
        Assert.True(answer.Status == 201, answer.Text);
        return answer.Data.Text("recordId")!;
    }

    private async Task EndMonthAsync(string month, params string[] customers)
    {
        var start = DateTimeOffset.ParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        await _it.SealedAsync();
        _it.Clock.Set(start.AddMonths(1).AddMinutes(5));
        foreach (var customer in customers) await CloseAsync(customer, month);
    }

    private async Task CloseAsync(string customer, string month)
    {
        var closed = await _it.CloseAsync(customer, month);
        if (customer == Many) _periods[month] = closed.Text("checkpointId")!;
    }

    private async Task ShareAsync()
    {
        await Host.ExecuteAsync(
            """
            INSERT INTO customers (ledger_no, customer_no, customer_id, unit, created_at)
            SELECT ledger_no, 1000000, $1, unit, created_at FROM customers WHERE customer_id = $2
            """,
            Nothing, One);
        var caller = new Caller
        {
            TenantId = _it.Tenant.TenantId, TenantName = Vendor, Environment = _it.Tenant.Environment, IsMiddleware = false, Tier = "enterprise",
        };
        await SendAsync(new IssueLink(caller, Nothing, null, Reissue: false));
        foreach (var customer in s_everybody)
        {
            _handles[customer] = await Host.QueryAsync<string>("SELECT handle FROM customer_links JOIN customers USING (ledger_no, customer_no) WHERE customer_id = $1", customer);
            _codes[customer] = (await SendAsync(new RevealAccessCode(caller, customer, null))).AccessHint!;
        }

        await SendAsync(new UpdateSharing(caller, Gated, null, "GATED", null, SetsDomain: false));
        await SendAsync(new UpdateSharing(caller, Open, null, "OPEN", null, SetsDomain: false));
        foreach (var customer in new[] { Many, One, Empty, Nothing, Extreme, Damaged }) await UnlockAsync(customer);
        await SendAsync(new RevokeLink(caller, Revoked, null));
        await Host.ExecuteAsync(
            "UPDATE records r SET balance_after = 1e60, delta = 1e60 FROM customers c WHERE c.ledger_no = r.ledger_no AND c.customer_no = r.customer_no AND c.customer_id = $1", Damaged);
    }

    private async Task UnlockAsync(string customer)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("code", Code(customer))]);
        var cookies = string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, Path(customer, "/unlock")) { Content = form, Headers = { { "Sec-Fetch-Site", "same-origin" } } };
        request.Headers.TryAddWithoutValidation("Cookie", cookies);
        using var answer = await Host.Client.SendAsync(request);
        Assert.Equal(303, (int)answer.StatusCode);
        foreach (var set in answer.Headers.GetValues("Set-Cookie"))
        {
            var pair = set.Split(';')[0].Split('=', 2);
            _cookies[pair[0]] = pair[1];
        }
    }

    private async Task<T> SendAsync<T>(IRequest<Outcome<T>> request)
        where T : notnull
    {
        await using var scope = Host.Services.CreateAsyncScope();
        var outcome = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
        Assert.True(outcome.Accepted(out var value, out var refusal), refusal?.ToString());
        return value!;
    }
}

/// <summary>One site for the classes that look at it.</summary>
[CollectionDefinition(nameof(RecordSite))]
public sealed class RecordSiteCollection : ICollectionFixture<RecordSite>;
