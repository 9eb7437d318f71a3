using System.Net;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Features.SharedRecord;
using PacSpace.Features.Sharing;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Sharing;

/// <summary>A vendor with customers, their links, and browsers that come to them.</summary>
internal sealed class SharingScenario : IAsyncDisposable
{
    public const string DefaultHost = "app.example.com";

    private SharingScenario(PacSpaceHost host, FakeClock clock, News news, TestTenant tenant) => (Host, Clock, News, Tenant) = (host, clock, news, tenant);

    public PacSpaceHost Host { get; }

    public FakeClock Clock { get; }

    /// <summary>What vendors were told.</summary>
    public News News { get; }

    public TestTenant Tenant { get; }

    public static async Task<SharingScenario> StartAsync(PostgresFixture postgres)
    {
        var (clock, news) = (new FakeClock(), new News());
        var host = await HostFixture.StartAsync(postgres, clock: clock, adjust: builder =>
        {
            builder.Services.AddSingleton<ICustomerEvents>(news);
            ClosingScenario.WithoutSchedules(builder);
        });
        return new SharingScenario(host, clock, news, await host.CreateTenantAsync());
    }

    /// <summary>A customer that records made, and its handle.</summary>
    public async Task<string> ShareAsync(string customerId, TestTenant? tenant = null, string? vendorAccountId = null)
    {
        var answer = await (tenant ?? Tenant).PostAsync("/api/v1/balance/delta", new { customerId, delta = -1, reason = "tokens", vendorAccountId });
        Assert.True(answer.Status == 201, answer.Text);
        return await HandleAsync(customerId);
    }

    public Task<string> HandleAsync(string customerId) => Host.QueryAsync<string>(
        "SELECT handle FROM customer_links JOIN customers USING (ledger_no, customer_no) WHERE customer_id = $1 AND revoked_at IS NULL", customerId);

    public async Task<Caller> CallerAsync(TestTenant? tenant = null)
    {
        var of = tenant ?? Tenant;
        await using var scope = Host.Services.CreateAsyncScope();
        var found = await scope.ServiceProvider.GetRequiredService<TenantCallers>().FindAsync(of.TenantId, of.Environment, CancellationToken.None);
        Assert.True(found.Accepted(out var caller, out var refusal), refusal?.Message);
        return caller;
    }

    public async Task<TResponse> AskAsync<TResponse>(IRequest<TResponse> request)
    {
        await using var scope = Host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    /// <summary>What was accepted.</summary>
    public async Task<T> DoneAsync<T>(IRequest<Outcome<T>> request)
        where T : notnull
    {
        Assert.True((await AskAsync(request)).Accepted(out var value, out var refusal), refusal?.Message);
        return value;
    }

    public async Task<Refusal> RefusedAsync<T>(IRequest<Outcome<T>> request)
        where T : notnull
    {
        Assert.False((await AskAsync(request)).Accepted(out _, out var refusal));
        return refusal!;
    }

    public async Task<CustomerSharing> SharingOfAsync(string customerId) => await DoneAsync(new GetSharing(await CallerAsync(), customerId, null));

    /// <summary>The code as the vendor prints it.</summary>
    public async Task<string> CodeAsync(string customerId) => (await DoneAsync(new RevealAccessCode(await CallerAsync(), customerId, null))).AccessHint!;

    public async Task SetAsync(string customerId, string policy) => await DoneAsync(new UpdateSharing(await CallerAsync(), customerId, null, policy, null, false));

    /// <summary>A branded host that serves.</summary>
    public async Task<string> BindAsync(string hostname, TestTenant? tenant = null, string? vendorAccountId = null, bool suppresses = false)
    {
        var domain = await DoneAsync(new CreateDomain(await CallerAsync(tenant), hostname, vendorAccountId, suppresses));
        await DoneAsync(new BindDomain(domain.DomainId));
        return domain.DomainId;
    }

    public Browser NewBrowser(string host = DefaultHost, string address = "203.0.113.7") => new(this, host, IPAddress.Parse(address));

    public async ValueTask DisposeAsync() => await Host.DisposeAsync();
}

/// <summary>A customer's browser: it keeps the cookies that it was given.</summary>
internal sealed class Browser(SharingScenario it, string host, IPAddress address)
{
    public string? Session { get; set; }

    public string? Known { get; set; }

    public string Host { get; set; } = host;

    public Visitor Visitor(bool isAutomatic = false) => new(Host, Session, Known, address, "Mozilla/5.0", isAutomatic);

    public async Task<RecordTier> TierAsync(string handle, bool isAutomatic = false) => (await it.DoneAsync(new OpenRecord(Visitor(isAutomatic), handle, false))).Tier;

    public async Task<UnlockResult> EnterAsync(string handle, string? code)
    {
        var result = await it.DoneAsync(new UnlockRecord(Visitor(), handle, code));
        if (result is UnlockResult.Opened opened) (Session, Known) = (opened.SessionCookie, opened.KnownBrowserCookie);
        return result;
    }

    public async Task<Browser> UnlockedAsync(string handle, string code)
    {
        Assert.IsType<UnlockResult.Opened>(await EnterAsync(handle, code));
        return this;
    }
}

/// <summary>Keeps what was told, when its transaction was written.</summary>
internal sealed class News : ICustomerEvents
{
    private readonly Lock _gate = new();
    private readonly List<CustomerEvent> _told = [];

    public IReadOnlyList<CustomerEvent> Told
    {
        get
        {
            lock (_gate) return [.. _told];
        }
    }

    public Task TellAsync(NpgsqlConnection transaction, LedgerRef ledger, CustomerEvent news, DateTimeOffset at, CancellationToken ct)
    {
        lock (_gate) _told.Add(news);
        return Task.CompletedTask;
    }
}

internal static class Codes
{
    /// <summary>A well-formed code that is another one.</summary>
    public static string Wrong(string code) => (code[0] == 'Z' ? 'Y' : 'Z') + code[1..];
}
