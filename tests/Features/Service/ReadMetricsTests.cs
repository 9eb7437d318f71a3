using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Service;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Service;

/// <summary>GET /metrics</summary>
public sealed class ReadMetricsTests(PostgresFixture postgres, HostFixture fixture) : IClassFixture<HostFixture>
{
    private const string Token = "f3b1c2d4e5a69788";

    private static readonly string[] s_required =
    [
        "pacspace_records_accepted_total", "pacspace_records_verified_total", "pacspace_records_failed_total", "pacspace_records_pending",
        "pacspace_verification_lag_seconds", "pacspace_checkpoints_total", "pacspace_log_size", "pacspace_webhook_deliveries_total",
        "pacspace_http_requests_total", "pacspace_http_request_seconds",
    ];

    [Fact]
    public async Task Every_required_metric_is_there_in_the_format_of_Prometheus()
    {
        var answer = await fixture.Host.GetAsync("/metrics");
        var read = PrometheusReader.Read(answer.Text);

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Header("Content-Type"));
        Assert.Empty(s_required.Except(read.Families));
        Assert.Equal(("gauge", "gauge", "counter", "histogram"), (read.TypeOf("pacspace_records_pending"), read.TypeOf("pacspace_verification_lag_seconds"), read.TypeOf("pacspace_http_requests_total"), read.TypeOf("pacspace_http_request_seconds")));
        foreach (var environment in new[] { "production", "sandbox" })
        {
            Assert.Contains($"pacspace_records_accepted_total{{environment=\"{environment}\"}}", read.Series.Keys);
            Assert.Contains($"pacspace_log_size{{environment=\"{environment}\"}}", read.Series.Keys);
        }

        Assert.Contains("pacspace_webhook_deliveries_total{outcome=\"delivered\"}", read.Series.Keys);
        Assert.Equal(1, read.Series["pacspace_database_up"]);
    }

    [Fact]
    public async Task Counts_follow_what_happens_and_labels_hold_no_id()
    {
        const string Route = "/api/v1/balance/derive/:customerId";
        var tenant = await fixture.Host.CreateTenantAsync();
        var before = await ReadAsync();
        var emitted = await tenant.PostAsync("/api/v1/balance/delta", new { customerId = "cust_secret", delta = -1, reason = "tokens" });
        Assert.Equal(201, emitted.Status);
        for (var i = 0; i < 3; i++) await tenant.GetAsync("/api/v1/balance/derive/cust_secret");
        await tenant.GetAsync("/api/v1/balance/derive/cust_unknown");
        await fixture.Host.GetAsync("/api/no/such/cust_secret");
        await Eventually.HoldsAsync(async () => (await ReadAsync()).Series is var now && now["pacspace_log_size{environment=\"production\"}"] > 0
            && now["pacspace_records_verified_total{environment=\"production\"}"] > before.Series["pacspace_records_verified_total{environment=\"production\"}"]);
        var text = (await fixture.Host.GetAsync("/metrics")).Text;
        var after = PrometheusReader.Read(text);

        Assert.True(More($"pacspace_http_requests_total{{route=\"{Route}\",status=\"200\"}}") >= 3);
        Assert.True(More($"pacspace_http_requests_total{{route=\"{Route}\",status=\"404\"}}") >= 1);
        Assert.True(More("pacspace_http_requests_total{route=\"/api/v1/balance/delta\",status=\"201\"}") >= 1);
        Assert.True(More("pacspace_http_requests_total{route=\"other\",status=\"404\"}") >= 1);
        Assert.True(More($"pacspace_http_request_seconds_count{{route=\"{Route}\"}}") >= 4);
        Assert.True(More("pacspace_records_accepted_total{environment=\"production\"}") >= 1);
        foreach (var id in new[] { "cust_", tenant.TenantId, tenant.Key[..12], emitted.Data.GetProperty("recordId").GetString()! }) Assert.DoesNotContain(id, text, StringComparison.Ordinal);

        double More(string series) => after.Series.GetValueOrDefault(series) - before.Series.GetValueOrDefault(series);
    }

    [Fact]
    public async Task Pending_records_and_how_long_they_have_waited_are_read_from_the_database()
    {
        await using var it = await ClosingScenario.StartAsync(postgres);
        await it.PauseSealingAsync();
        await it.EmitManyAsync("cust_a", 5);
        var waiting = PrometheusReader.Read((await it.Host.GetAsync("/metrics")).Text);
        it.IsSealingPaused = false;
        await it.SealedAsync();
        it.Clock.Advance(TimeSpan.FromSeconds(1));
        var done = PrometheusReader.Read((await it.Host.GetAsync("/metrics")).Text);

        Assert.Equal((5d, 5d), (waiting.Series["pacspace_records_pending{environment=\"production\"}"], waiting.Series["pacspace_verification_lag_seconds{environment=\"production\"}"]));
        Assert.Equal((0d, 0d), (done.Series["pacspace_records_pending{environment=\"production\"}"], done.Series["pacspace_verification_lag_seconds{environment=\"production\"}"]));
    }

    [Fact]
    public async Task Checkpoints_that_are_due_and_not_begun_show()
    {
        await using var it = await ClosingScenario.StartAsync(postgres);
        await it.Host.ExecuteAsync(
            "INSERT INTO checkpoint_automation (tenant_id, environment, enabled, cadence, delay_minutes, next_run_at) VALUES ($1, 'production', true, 'daily', 5, $2)",
            it.Tenant.TenantId, it.Clock.GetUtcNow().AddMinutes(-2).UtcDateTime);
        var read = PrometheusReader.Read((await it.Host.GetAsync("/metrics")).Text);
        Assert.Equal((120d, 0d), (read.Series["pacspace_automation_overdue_seconds{environment=\"production\"}"], read.Series["pacspace_automation_overdue_seconds{environment=\"sandbox\"}"]));
    }

    [Fact]
    public async Task A_database_that_is_away_costs_the_gauges_and_not_the_counters()
    {
        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=x;Timeout=1");
        using var gauges = new DatabaseGauges(nowhere, TimeProvider.System, NullLogger<DatabaseGauges>.Instance);
        var families = await gauges.ReadAsync(TestContext.Current.CancellationToken);
        var read = PrometheusReader.Read(PrometheusText.Of(families));
        Assert.Equal(["pacspace_database_up"], read.Series.Keys);
        Assert.Equal(0, read.Series["pacspace_database_up"]);
    }

    [Fact]
    public async Task Who_comes_through_a_proxy_is_not_loopback_and_to_strangers_there_is_nothing()
    {
        await using var host = await HostFixture.StartAsync(postgres, settings: new Dictionary<string, string?> { ["PacSpace:Metrics:Token"] = Token });
        var nothing = await host.GetAsync("/metrics/more");

        Assert.Equal(200, (await host.GetAsync("/metrics")).Status);
        foreach (var (name, value) in new[] { ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=203.0.113.9"), ("X-Real-IP", "203.0.113.9"), ("Via", "1.1 proxy"), ("X-Original-For", "127.0.0.1") })
        {
            var refused = await host.GetAsync("/metrics", null, (name, value));
            Assert.Equal("404 NOT_FOUND", refused.ToString());
            Assert.Equal(nothing.Text, refused.Text);
            Assert.Equal(200, (await host.GetAsync("/metrics", null, (name, value), ("Authorization", "Bearer " + Token))).Status);
            Assert.Equal(404, (await host.GetAsync("/metrics", null, (name, value), ("Authorization", "Bearer " + Token + "0"))).Status);
            Assert.Equal(404, (await host.GetAsync("/metrics", null, (name, value), ("Authorization", "Basic " + Token))).Status);
        }
    }

    [Fact]
    public async Task A_trusted_proxys_word_is_taken_for_the_network_and_never_for_loopback()
    {
        await using var host = await HostFixture.StartAsync(postgres, settings: new Dictionary<string, string?>
        {
            ["PacSpace:Proxies:0"] = "127.0.0.0/8",
            ["PacSpace:Metrics:Networks:0"] = "10.0.0.0/8",
        });

        Assert.Equal(200, await StatusAsync("10.1.2.3"));
        Assert.Equal(404, await StatusAsync("203.0.113.9"));
        Assert.Equal(404, await StatusAsync("10.1.2.3, 203.0.113.9")); // the first is the stranger's own word
        Assert.Equal(404, await StatusAsync("127.0.0.1"));
        Assert.Equal(200, (await host.GetAsync("/metrics")).Status); // loopback itself, through nobody

        async Task<int> StatusAsync(string forwardedFor) => (await host.GetAsync("/metrics", null, ("X-Forwarded-For", forwardedFor), ("X-Real-IP", forwardedFor))).Status;
    }

    [Fact]
    public void Counting_a_request_allocates_nothing()
    {
        var endpoint = fixture.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints[0];
        for (var i = 0; i < 1_000; i++) RequestMeter.Count(endpoint, 200, TimeSpan.FromMilliseconds(3));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) RequestMeter.Count(endpoint, 200, TimeSpan.FromMilliseconds(3));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private async Task<PrometheusReader> ReadAsync() => PrometheusReader.Read((await fixture.Host.GetAsync("/metrics")).Text);
}
