using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PacSpace.Features.Tests.Webhooks;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Documented;

/// <summary>What happened before each example of the document, told so that the example's own figures come out; each request is sent
/// as it is documented and its answer kept.</summary>
public sealed partial class DocumentedStory(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly DateTimeOffset s_june = new(2026, 6, 1, 0, 5, 0, TimeSpan.Zero);

    private readonly Dictionary<string, string> _ids = [];

    public Dictionary<string, Answer> Answers { get; } = [];

    public async ValueTask InitializeAsync()
    {
        await RecordsAsync();
        await CheckpointsAsync();
        await OfMiddlewareAsync();
        await DeliveriesAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A group of deltas of one customer at this instant.</summary>
    internal static async Task GroupAsync(TestTenant tenant, string customerId, IEnumerable<decimal> deltas, string? vendorAccountId = null)
    {
        var answer = await tenant.PostAsync("/api/v1/balance/delta/batch", new { vendorAccountId, deltas = deltas.Select(delta => new { customerId, delta, reason = "tokens" }) });
        Assert.True(answer.Status == 201, answer.Text);
    }

    /// <summary>3, 6.1 and 6.3: forty-two records of cust_001, the last three of April.</summary>
    private async Task RecordsAsync()
    {
        await using var it = await ClosingScenario.StartAsync(postgres);
        var tenant = it.Tenant;
        await it.Host.ExecuteAsync("UPDATE tenants SET tier = 'growth' WHERE tenant_id = $1", tenant.TenantId);
        it.Clock.Set(new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero));
        await GroupAsync(tenant, "cust_001", [.. Enumerable.Repeat(100m, 38), 800m]);
        await it.SealedAsync();
        it.Clock.Set(new(2026, 4, 16, 8, 0, 0, TimeSpan.Zero));
        await tenant.PostAsync("/api/v1/balance/delta", new { customerId = "cust_001", delta = -50, reason = "gpu_hours", referenceId = "job_879" });
        await it.SealedAsync();
        await tenant.PostAsync("/api/v1/balance/delta", new { customerId = "cust_001", delta = -50, reason = "gpu_hours", referenceId = "job_880" });
        await it.SealedAsync();
        it.Clock.Set(new DateTimeOffset(2026, 4, 18, 14, 32, 0, TimeSpan.Zero).AddMicroseconds(123456));
        await it.PauseSealingAsync();
        await SendAsync("1.5", tenant);
        _ids["rec_2n5t…"] = (await SendAsync("3.1", tenant)).Data.Text("recordId")!;
        it.IsSealingPaused = false;
        await it.SealedAsync();
        foreach (var clause in (string[])["3.3", "3.5", "3.6", "3.7", "3.9", "6.1", "6.3"]) await SendAsync(clause, tenant);
        await PendingAsync(it);

        // A group of which one item is a replay.
        var other = await it.Host.CreateTenantAsync();
        it.Clock.Set(new(2026, 4, 18, 14, 40, 0, TimeSpan.Zero));
        await GroupAsync(other, "cust_001", [50, 10, 10, 10, 10, 10]);
        await GroupAsync(other, "cust_002", [.. Enumerable.Repeat(2m, 9), 1m, 1m]);
        var first = JsonNode.Parse(DocumentedOperation.Of("3.2").Body)!;
        while (first["deltas"]!.AsArray().Count > 1) first["deltas"]!.AsArray().RemoveAt(1);
        await other.PostAsync("/api/v1/balance/delta/batch", first);
        await SendAsync("3.2", other);
        await it.SealedAsync();
        it.Clock.Set(ClosingScenario.May.AddMinutes(5));
        await SendAsync("4.1 run", other);

        // Two rows that somebody took away.
        var robbed = await it.Host.CreateTenantAsync();
        await GroupAsync(robbed, "cust_001", Enumerable.Repeat(1m, 42));
        await it.SealedAsync();
        await it.Host.ExecuteAsync("DELETE FROM records WHERE seq IN (17, 18) AND ledger_no = (SELECT ledger_no FROM ledgers WHERE tenant_id = $1)", robbed.TenantId);
        await SendAsync("3.8", robbed);
    }

    /// <summary>4, 5.1, 6.2 and 7: cust_12345 with forty-two records in April, forty-four in May, and both months closed.</summary>
    private async Task CheckpointsAsync()
    {
        await using var it = await ClosingScenario.StartAsync(postgres, unit: "credits");
        var tenant = it.Tenant;
        await AprilAsync(it, null);
        it.Clock.Set(ClosingScenario.May.AddMinutes(5));
        await it.PauseSealingAsync();
        _ids["chk_4h7q…"] = (await SendAsync("4.1", tenant)).Data.Text("checkpointId")!;
        it.IsSealingPaused = false;
        await it.CompletedAsync(_ids["chk_4h7q…"]);
        foreach (var clause in (string[])["4.5", "4.2", "4.3", "4.6", "4.8", "5.1", "6.2"]) await SendAsync(clause, tenant);
        it.Clock.Set(new(2026, 5, 1, 2, 0, 0, TimeSpan.Zero));
        await GroupAsync(tenant, "cust_12345", Enumerable.Repeat(-130m, 6));
        it.Clock.Set(new(2026, 5, 12, 9, 58, 11, TimeSpan.Zero));
        await GroupAsync(tenant, "cust_12345", [-130]);
        await it.SealedAsync();
        it.Clock.Set(new(2026, 5, 12, 10, 0, 0, TimeSpan.Zero));
        await SendAsync("4.9", tenant);
        await GroupAsync(tenant, "cust_12345", [.. Enumerable.Repeat(-159m, 36), -166m]);
        await it.SealedAsync();
        it.Clock.Set(s_june);
        _ids["chk_5j8r…"] = (await it.CloseAsync("cust_12345", "2026-05")).Text("checkpointId")!;
        await SendAsync("4.4", tenant);
        var (first, second) = (2L, await it.CountAsync("SELECT count(*) FROM log_entries"));
        _ids["first=1700&second=1842"] = $"first={first}&second={second}";
        await SendAsync("7", tenant);
    }

    /// <summary>5.2 as the document shows it: a seller's record.</summary>
    private async Task OfMiddlewareAsync()
    {
        const string Account = "cmw_vendor_123";
        await using var it = await ClosingScenario.StartAsync(postgres, isMiddleware: true);
        await it.Host.ExecuteAsync("UPDATE tenants SET name = 'Parent Billing Platform'");
        var made = await it.Host.CreateVendorAccountAsync(it.Tenant.TenantId, "Acme Inference");
        await it.Host.ExecuteAsync("UPDATE vendor_accounts SET vendor_account_id = $1 WHERE vendor_account_id = $2", Account, made);
        await AprilAsync(it, Account);
        it.Clock.Set(ClosingScenario.May.AddMinutes(5));
        var closed = await it.CommitAsync(new { customerId = "cust_12345", period = "2026-04", vendorAccountId = Account });
        _ids["chk_4h7q…"] = closed.Data.Text("checkpointId")!;
        await it.CompletedAsync(_ids["chk_4h7q…"]);
        await SendAsync("5.2", it.Tenant);
    }

    /// <summary>6.4, 6.5 and 8.</summary>
    private async Task DeliveriesAsync()
    {
        await using var it = await WebhookScenario.StartAsync(postgres);
        var receiver = it.Receiver(WebhookReceiver.Status(500));
        await it.ListenAsync(receiver.Url);
        await it.RecordAsync(1);
        await it.DeliverAsync();
        it.Clock.Advance(TimeSpan.FromMinutes(1));
        await it.DeliverAsync();
        _ids["evt_9d2f…"] = (await SendAsync("6.4", it.Tenant)).Data.GetProperty("deliveries")[0].Text("eventId")!;
        await SendAsync("6.5", it.Tenant);
        await Eventually.HoldsAsync(async () => (await SendAsync("8", it.Tenant)).Status == 200);
    }

    /// <summary>1.6: the head of the ledger is held elsewhere while the first request with the key runs.</summary>
    private async Task PendingAsync(ClosingScenario it)
    {
        var key = ("Idempotency-Key", "job");
        await using var elsewhere = await it.Host.Database.Source.OpenConnectionAsync();
        await using var held = await elsewhere.BeginTransactionAsync();
        await using (var hold = elsewhere.CreateCommand())
        {
            hold.CommandText = "SELECT * FROM ledger_heads FOR UPDATE";
            await hold.ExecuteNonQueryAsync();
        }

        var running = it.Tenant.PostRawAsync("/api/v1/balance/delta", DocumentedOperation.Of("1.6").Body, key);
        await Eventually.HoldsAsync(async () => await it.CountAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") > 0);
        await SendAsync("1.6", it.Tenant, key);
        await held.RollbackAsync();
        await running;
    }

    private static async Task AprilAsync(ClosingScenario it, string? vendorAccountId)
    {
        it.Clock.Set(new DateTimeOffset(2026, 4, 1, 6, 10, 9, TimeSpan.Zero).AddMicroseconds(482113));
        await GroupAsync(it.Tenant, "cust_12345", [-150, -150], vendorAccountId);
        it.Clock.Set(new(2026, 4, 17, 9, 0, 0, TimeSpan.Zero));
        await GroupAsync(it.Tenant, "cust_12345", Enumerable.Repeat(-150m, 39), vendorAccountId);
        it.Clock.Set(new DateTimeOffset(2026, 4, 30, 21, 55, 40, TimeSpan.Zero).AddMicroseconds(207));
        await GroupAsync(it.Tenant, "cust_12345", [-150], vendorAccountId);
        await it.SealedAsync();
    }

    private async Task<Answer> SendAsync(string clause, TestTenant tenant, params (string, string)[] headers)
    {
        var asked = DocumentedOperation.Of(clause);
        var target = Filled(asked.Target);
        var key = NeedsNoKey().IsMatch(target) ? null : tenant.Key;
        return Answers[clause] = asked.Method == "GET" ? await tenant.Host.GetAsync(target, key) : await tenant.Host.PostRawAsync(target, key, Filled(asked.Body), headers);
    }

    /// <summary>What the document leaves out of its ids, put in.</summary>
    private string Filled(string text) => _ids.Aggregate(text, (filled, id) => filled.Replace(id.Key, id.Value, StringComparison.Ordinal));

    [GeneratedRegex("^/(api/v1/(verify|receipt)|log|readyz)")]
    private static partial Regex NeedsNoKey();
}
