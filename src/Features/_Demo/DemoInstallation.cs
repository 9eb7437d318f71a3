using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Balance;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Demo;

/// <summary>A vendor to try things with.</summary>
public sealed record DemoVendor(string TenantId, string ApiKey, string SandboxApiKey);

/// <summary>Makes the demo: a vendor with a dozen customers, three closed months with their checkpoints, and the month so far.</summary>
/// <remarks>The past is recorded by the real writer and sealer, through the requests that the API sends, under a clock that
/// is set back. This is only done to an empty installation, and before the server listens.</remarks>
public static class DemoInstallation
{
    private const int ClosedMonths = 3;
    private const int PartsOfDay = 2;
    private const int RequestsAPart = 40;

    /// <summary>Null when the installation is not empty; then nothing was done.</summary>
    public static async Task<DemoVendor?> MakeAsync(
        Installation installation, IConfiguration configuration, ILoggerFactory loggers, IProgress<string>? progress, CancellationToken ct)
    {
        if (!await IsEmptyAsync(installation, ct)) return null;
        var until = TimeProvider.System.GetUtcNow();
        var clock = new PastClock();
        clock.MoveTo(MonthOf(until).AddMonths(-ClosedMonths));

        var services = new ServiceCollection();
        services.AddSingleton(configuration).AddSingleton(loggers).AddSingleton(typeof(ILogger<>), typeof(Logger<>)).AddOptions();
        services.AddSingleton<TimeProvider>(clock);
        services.AddPacSpace(configuration, installation);
        await using var provider = services.BuildServiceProvider();
        var past = new Past(provider, clock);
        var vendor = await past.BeginAsync(ct);
        for (var month = clock.GetUtcNow(); month <= until; month = month.AddMonths(1))
        {
            progress?.Report($"recording {month:MMMM yyyy}");
            await past.RecordMonthAsync(month, until, ct);
        }

        clock.MoveTo(until > clock.GetUtcNow() ? until : clock.GetUtcNow());
        await past.SealAsync(ct);
        return vendor;
    }

    private static async Task<bool> IsEmptyAsync(Installation installation, CancellationToken ct)
    {
        await using var command = installation.Database.CreateCommand(
            "SELECT NOT EXISTS (SELECT 1 FROM tenants) AND NOT EXISTS (SELECT 1 FROM log_state WHERE size > 0)");
        return await command.ExecuteScalarAsync(ct) is true;
    }

    private static DateTimeOffset MonthOf(DateTimeOffset instant) => new(instant.Year, instant.Month, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The vendor's days, one after the other.</summary>
    private sealed class Past(ServiceProvider provider, PastClock clock)
    {
        private readonly DemoTraffic _traffic = new();
        private Caller _caller = null!;

        public async Task<DemoVendor> BeginAsync(CancellationToken ct)
        {
            await SealAsync(ct);
            var tenant = await SendAsync(
                new CreateTenant("Acme Inference", IsMiddleware: false, "enterprise", "credits", 0, [Environments.Production, Environments.Sandbox]), ct);
            _caller = new Caller
            {
                TenantId = tenant.TenantId, TenantName = tenant.Name, Environment = Environments.Production, IsMiddleware = false, Tier = tenant.Tier,
            };
            var live = await SendAsync(new CreateApiKey(tenant.TenantId, Environments.Production, "demo"), ct);
            var test = await SendAsync(new CreateApiKey(tenant.TenantId, Environments.Sandbox, "demo"), ct);
            return new DemoVendor(tenant.TenantId, live.ApiKey, test.ApiKey);
        }

        public async Task RecordMonthAsync(DateTimeOffset month, DateTimeOffset until, CancellationToken ct)
        {
            await RecordAsync(month.AddMinutes(6), DemoTraffic.Grants(month), until, ct);
            for (var day = month; day.Month == month.Month; day = day.AddDays(1))
            {
                for (var part = 0; part < PartsOfDay; part++)
                    await RecordAsync(day + TimeSpan.FromMinutes(15) + _traffic.Within(part, PartsOfDay), _traffic.Usage(RequestsAPart), until, ct);
            }

            var closing = month.AddMonths(1).AddMinutes(5);
            if (closing > until) return;
            clock.MoveTo(closing);
            await SealAsync(ct);
            foreach (var customerId in DemoTraffic.Grants(month).Select(grant => grant.CustomerId))
            {
                var scope = new ScopeFields(Period.Of(Timestamp.FromDateTimeOffset(month)).ToString(), null, null, null);
                await SendAsync(new CommitCheckpoint(_caller, customerId, scope, null, null, null, null), ct);
            }

            await SealAsync(ct);
        }

        /// <summary>One tick after another until nothing waits.</summary>
        public async Task SealAsync(CancellationToken ct)
        {
            foreach (var environment in Sealers.Environments)
            {
                SealOutcome outcome;
                do
                {
                    outcome = await TickAsync(provider.GetRequiredService<Sealers>().For(environment), ct);
                    if (outcome.Result is SealResult.Refused or SealResult.NotElected)
                        throw new InvalidOperationException($"The demo cannot be sealed: {outcome.Reason ?? "another server seals this log"}.");
                }
                while (outcome.Result == SealResult.Sealed || outcome.HasMore);
            }
        }

        /// <summary>Between two ticks the demo records, on a slow machine for longer than a sealer's session may be idle: such a session has
        /// ended, and the next tick takes another.</summary>
        private static async Task<SealOutcome> TickAsync(Sealer sealer, CancellationToken ct)
        {
            try
            {
                return await sealer.TickAsync(ct);
            }
            catch (NpgsqlException)
            {
                return await sealer.TickAsync(ct);
            }
        }

        private async Task RecordAsync(DateTimeOffset at, IReadOnlyList<NewDelta> deltas, DateTimeOffset until, CancellationToken ct)
        {
            if (at > until) return;
            clock.MoveTo(at);
            var recorded = await SendAsync(new EmitDeltaBatch(_caller, deltas, null, null), ct);
            if (recorded.Group is not { TotalFailed: 0 }) throw new InvalidOperationException("A record of the demo was refused.");

            // As in life: a block soon after its records.
            clock.MoveTo(at.AddMilliseconds(180));
            await SealAsync(ct);
        }

        private async Task<T> SendAsync<T>(IRequest<Outcome<T>> request, CancellationToken ct)
            where T : notnull
        {
            await using var scope = provider.CreateAsyncScope();
            var outcome = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request, ct);
            return outcome.Accepted(out var value, out var refusal) ? value : throw new InvalidOperationException($"The demo was refused: {refusal.Message}.");
        }
    }
}
