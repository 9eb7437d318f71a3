using System.Text.Json;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using PacSpace.Features.Pipeline;
using PacSpace.Features.Webhooks;
using PacSpace.Infrastructure.Webhooks;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Webhooks;

/// <summary>A server that may send to loopback, a tenant in its sandbox, and turns of delivery that are taken when a test says so.</summary>
internal sealed class WebhookScenario : IAsyncDisposable
{
    public static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, string?> s_settings = new() { ["PacSpace:Webhooks:Allow:0"] = "127.0.0.0/8" };

    private readonly List<IAsyncDisposable> _others = [];

    private WebhookScenario(PacSpaceHost host, FakeClock clock, TestTenant tenant) => (Host, Clock, Tenant) = (host, clock, tenant);

    public PacSpaceHost Host { get; }

    public FakeClock Clock { get; }

    public TestTenant Tenant { get; }

    public Caller Caller => new() { TenantId = Tenant.TenantId, TenantName = "Acme Inference", Environment = Tenant.Environment, IsMiddleware = false, Tier = "enterprise" };

    /// <param name="delivers">Whether the schedule delivers, too.</param>
    public static async Task<WebhookScenario> StartAsync(PostgresFixture postgres, bool delivers = false)
    {
        var clock = new FakeClock();
        var host = await HostFixture.StartAsync(postgres, s_settings, clock, delivers ? Quickly : WithoutDelivery);
        return new WebhookScenario(host, clock, await host.CreateTenantAsync("sandbox"));
    }

    /// <summary>A second node on the same database, which delivers when it is told to.</summary>
    public async Task<PacSpaceHost> StartNodeAsync()
    {
        var node = await PacSpaceHost.StartAsync(
            Host.Database, settings: new Dictionary<string, string?>(s_settings) { [InstallationSettings.KeysSetting] = Host.KeysDirectory }, clock: Clock, adjust: WithoutDelivery);
        _others.Add(node);
        return node;
    }

    public WebhookReceiver Receiver(AnswerWebhook? answer = null)
    {
        var receiver = new WebhookReceiver(answer ?? WebhookReceiver.Status(200));
        _others.Add(receiver);
        return receiver;
    }

    public async Task<WebhookCreated> ListenAsync(Uri url) => await AskAsync(new CreateWebhook(Caller, url.ToString(), null));

    public async Task<WebhookRow> RowAsync(string webhookId) => (await AskAsync(new ListWebhooks(Caller, 1, 100))).Webhooks.Single(row => row.Id == webhookId);

    /// <summary>Records deltas and waits until they are sealed.</summary>
    public async Task<List<JsonElement>> RecordAsync(int count, string customerId = "cust_001", object? metadata = null)
    {
        var made = new List<JsonElement>();
        for (var i = 0; i < count; i++)
        {
            var answer = await Tenant.PostAsync("/api/v1/balance/delta", new { customerId, delta = -42.5m, reason = "gpu_hours", referenceId = "job_881", metadata });
            Assert.True(answer.Status == 201, answer.Text);
            made.Add(answer.Data);
        }

        await SealedAsync();
        return made;
    }

    public Task SealedAsync() => Eventually.HoldsAsync(async () => await Host.QueryAsync<long>(
        "SELECT count(*) FROM ledger_heads h JOIN ledger_seals s USING (ledger_no) WHERE h.next_index > s.sealed_index") == 0);

    /// <summary>One turn of one endpoint.</summary>
    public async Task<WebhooksDelivered> TurnAsync(PacSpaceHost? on = null, CancellationToken ct = default) => await AskAsync(new DeliverWebhooks(), on, ct);

    /// <summary>Turns until nothing is due.</summary>
    public async Task<int> DeliverAsync()
    {
        var attempts = 0;
        while (await TurnAsync() is { HasTaken: true } turn) attempts += turn.Attempts;
        return attempts;
    }

    /// <summary>Rows of the list of deliveries.</summary>
    public async Task<IReadOnlyList<JsonElement>> DeliveriesAsync(string query = "")
    {
        var answer = await Tenant.GetAsync($"/api/v1/balance/webhooks?limit=1000&{query}");
        Assert.True(answer.Status == 200, answer.Text);
        var rows = answer.Data.GetProperty("deliveries").EnumerateArray().ToList();
        Assert.Equal(rows.Count, answer.Data.GetProperty("total").GetInt64());
        return rows;
    }

    public async Task<T> AskAsync<T>(IRequest<Outcome<T>> request, PacSpaceHost? on = null, CancellationToken ct = default)
        where T : notnull
    {
        var outcome = await OutcomeAsync(request, on, ct);
        Assert.True(outcome.Accepted(out var value, out var refusal), refusal?.ToString());
        return value!;
    }

    public async Task<Outcome<T>> OutcomeAsync<T>(IRequest<Outcome<T>> request, PacSpaceHost? on = null, CancellationToken ct = default)
        where T : notnull
    {
        await using var scope = (on ?? Host).Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request, ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var other in _others) await other.DisposeAsync();
        await Host.DisposeAsync();
    }

    private static void Quickly(WebApplicationBuilder builder) => builder.Services.Replace(ServiceDescriptor.Singleton(new WebhookOptions
    {
        Allow = [System.Net.IPNetwork.Parse("127.0.0.0/8")], Timeout = SendTimeout, PerSecond = 5_000,
    }));

    private static void WithoutDelivery(WebApplicationBuilder builder)
    {
        Quickly(builder);
        builder.Host.UseServiceProviderFactory(new NoDelivery());
    }

    private sealed class NoDelivery : IServiceProviderFactory<IServiceCollection>
    {
        public IServiceCollection CreateBuilder(IServiceCollection services)
        {
            foreach (var schedule in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(DeliverWebhooksSchedule)).ToList())
                services.Remove(schedule);
            return services;
        }

        public IServiceProvider CreateServiceProvider(IServiceCollection containerBuilder) => containerBuilder.BuildServiceProvider();
    }
}
