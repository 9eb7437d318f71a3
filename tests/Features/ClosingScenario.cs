using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests;

/// <summary>A server with a clock that stands where a test puts it, a tenant, and a sealer that can be stopped.</summary>
public sealed class ClosingScenario : IAsyncDisposable
{
    public static readonly DateTimeOffset MidMarch = new(2026, 3, 15, 12, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset April = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset May = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, string?> s_settings = new()
    {
        // The clock stands still, and so do the limits: what was used up never comes back.
        ["PacSpace:RateLimits:Key:PerSecond"] = "100000",
        ["PacSpace:RateLimits:Key:Burst"] = "100000",
        ["PacSpace:RateLimits:Public:PerSecond"] = "100000",
        ["PacSpace:RateLimits:Public:Burst"] = "100000",
    };

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _ticking = new(1, 1);
    private readonly Task _sealing;

    private ClosingScenario(PacSpaceHost host, FakeClock clock, TestTenant tenant)
    {
        (Host, Clock, Tenant) = (host, clock, tenant);
        _sealing = Task.Run(SealOnAndOnAsync);
    }

    public PacSpaceHost Host { get; }

    public FakeClock Clock { get; }

    public TestTenant Tenant { get; }

    public RecordIds Ids => Host.Services.GetRequiredService<RecordIds>();

    /// <summary>While true nothing is sealed.</summary>
    public bool IsSealingPaused { get; set; }

    /// <param name="settings">Beside those of every scenario.</param>
    /// <param name="adjust">What else is different in this host.</param>
    public static async Task<ClosingScenario> StartAsync(
        PostgresFixture postgres, bool isMiddleware = false, string? unit = "credits", IReadOnlyDictionary<string, string?>? settings = null,
        Action<WebApplicationBuilder>? adjust = null)
    {
        var clock = new FakeClock(MidMarch);
        var all = new Dictionary<string, string?>(s_settings);
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>()) all[name] = value;
        var host = await HostFixture.StartAsync(postgres, all, clock, builder =>
        {
            WithoutSchedules(builder);
            adjust?.Invoke(builder);
        });
        return new ClosingScenario(host, clock, await host.CreateTenantAsync(isMiddleware: isMiddleware, unit: unit));
    }

    /// <summary>Another node on the same database, with a clock of its own.</summary>
    /// <param name="clock">Its own, or this one's.</param>
    /// <param name="settings">Beside those of every scenario.</param>
    /// <param name="database">This one by another way.</param>
    /// <param name="adjust">What else is different in this host.</param>
    public Task<PacSpaceHost> StartNodeAsync(
        FakeClock clock, IReadOnlyDictionary<string, string?>? settings = null, TestDatabase? database = null, Action<WebApplicationBuilder>? adjust = null)
    {
        var all = new Dictionary<string, string?>(s_settings) { [InstallationSettings.KeysSetting] = Host.KeysDirectory };
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>()) all[name] = value;
        return PacSpaceHost.StartAsync(database ?? Host.Database, settings: all, clock: clock, adjust: builder =>
        {
            WithoutSchedules(builder);
            adjust?.Invoke(builder);
        });
    }

    /// <summary>The data of the answer to one delta.</summary>
    public async Task<JsonElement> EmitAsync(string customerId, decimal delta, object? metadata = null, string reason = "tokens", string? vendorAccountId = null)
    {
        var answer = await Tenant.PostAsync("/api/v1/balance/delta", new { customerId, delta, reason, metadata, vendorAccountId });
        Assert.True(answer.Status == 201, answer.Text);
        return answer.Data;
    }

    /// <summary>That many deltas of 1, 2, 3 …, each a second after the one before.</summary>
    public async Task EmitManyAsync(string customerId, int count)
    {
        for (var i = 1; i <= count; i++)
        {
            await EmitAsync(customerId, -i);
            Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    public Task<Answer> CommitAsync(object body, params (string Name, string Value)[] headers) => Tenant.PostAsync("/api/v1/balance/checkpoint", body, headers);

    /// <summary>The data of a checkpoint that was committed (201 or 200) and is completed.</summary>
    public async Task<JsonElement> CloseAsync(string customerId, string period)
    {
        var answer = await CommitAsync(new { customerId, period });
        Assert.True(answer.Status is 200 or 201, answer.Text);
        await CompletedAsync(answer.Data.GetProperty("checkpointId").GetString()!);
        return answer.Data;
    }

    public Task CompletedAsync(string checkpointId) => Eventually.HoldsAsync(async () => await CountAsync(
        "SELECT count(*) FROM checkpoints WHERE checkpoint_id = $1 AND verified_at IS NOT NULL", checkpointId) == 1);

    public Task SealedAsync() => Eventually.HoldsAsync(async () => await CountAsync(
        "SELECT count(*) FROM ledger_heads h JOIN ledger_seals s USING (ledger_no) WHERE h.next_index > s.sealed_index") == 0);

    public Task<long> CountAsync(string sql, params object[] values) => Host.QueryAsync<long>(sql, values);

    /// <summary>A log's verifier key is what an auditor holds; everything else comes out of the file.</summary>
    public async Task<ReceiptFacts> VerifiedAsync(byte[] receipt)
    {
        var verdict = await VerdictAsync(receipt);
        Assert.True(verdict.Holds, verdict.Refusal?.ToString());
        return verdict.Facts!;
    }

    public async Task<Verdict<ReceiptFacts>> VerdictAsync(byte[] receipt)
    {
        var text = await Host.QueryAsync<string>("SELECT vkey FROM log_keys WHERE environment = $1", Tenant.Environment);
        Assert.True(VerifierKey.TryParse(text, out var key));
        return new ReceiptVerifier(new KeyRing(key)).Verify(new MemoryByteSource(receipt));
    }

    public async Task<byte[]> BundleAsync(string receiptId, bool metadata = false)
    {
        var answer = await Tenant.GetAsync($"/api/v1/balance/receipts/{receiptId}/bundle?metadata={(metadata ? "true" : "false")}");
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Bytes;
    }

    /// <summary>Changes a stored row as a hand in the database would.</summary>
    public Task TamperAsync(string customerId, long seq, string set) => Host.ExecuteAsync(
        $"UPDATE records r SET {set} FROM customers c WHERE c.ledger_no = r.ledger_no AND c.customer_no = r.customer_no AND c.customer_id = $1 AND r.seq = $2",
        customerId, seq);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _sealing;
        }
        finally
        {
            await Host.DisposeAsync();
            _stop.Dispose();
            _ticking.Dispose();
        }
    }

    /// <summary>Completes when no tick is going on; none begins while <see cref="IsSealingPaused"/>.</summary>
    public async Task PauseSealingAsync()
    {
        IsSealingPaused = true;
        await _ticking.WaitAsync();
        _ticking.Release();
    }

    private async Task SealOnAndOnAsync()
    {
        var sealer = Host.Services.GetRequiredService<Sealers>().For(Tenant.Environment);
        while (!_stop.IsCancellationRequested)
        {
            await _ticking.WaitAsync();
            try
            {
                if (!IsSealingPaused) await sealer.TickAsync(CancellationToken.None);
            }
            catch (NpgsqlException)
            {
                // A sealer that rested longer than its session may has lost it; the next tick begins anew.
            }
            finally
            {
                _ticking.Release();
            }

            await Task.Delay(5);
        }
    }

    /// <summary>Schedules run by the wall clock; here a test says what happens when.</summary>
    internal static void WithoutSchedules(WebApplicationBuilder builder) => builder.Host.UseServiceProviderFactory(new NoSchedules());

    private sealed class NoSchedules : IServiceProviderFactory<IServiceCollection>
    {
        public IServiceCollection CreateBuilder(IServiceCollection services)
        {
            foreach (var schedule in services.Where(IsSchedule).ToList()) services.Remove(schedule);
            return services;
        }

        public IServiceProvider CreateServiceProvider(IServiceCollection containerBuilder) => containerBuilder.BuildServiceProvider();

        private static bool IsSchedule(ServiceDescriptor service) =>
            service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Name.EndsWith("Schedule", StringComparison.Ordinal) == true;
    }
}

public static class JsonReading
{
    public static string? Text(this JsonElement element, string member) => element.GetProperty(member).GetString();

    public static decimal Number(this JsonElement element, string member) => element.GetProperty(member).GetDecimal();

    public static bool IsNull(this JsonElement element, string member) => element.GetProperty(member).ValueKind == JsonValueKind.Null;

    public static string Iso(this DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
