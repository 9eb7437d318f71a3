using Microsoft.Extensions.DependencyInjection;
using PacSpace.Features.Log;
using PacSpace.Features.Pipeline;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Log;

public sealed class AdoptLogTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_lost_mark_stops_writing_until_the_operator_adopts_the_database()
    {
        await using var host = await HostFixture.StartAsync(postgres);
        var tenant = await host.CreateTenantAsync();
        Assert.Equal(201, (await EmitAsync(tenant)).Status);
        await Eventually.HoldsAsync(async () => await host.QueryAsync<long>("SELECT size FROM log_state WHERE environment = 'production'") == 1);
        Assert.Null((await AdoptAsync(host, false)).Difference);

        File.Delete(Path.Combine(host.KeysDirectory, "log-production.mark"));

        // The sealer that runs notices with its next head: the swap finds no mark.
        Assert.Equal(201, (await EmitAsync(tenant)).Status);
        await Eventually.HoldsAsync(async () => (await EmitAsync(tenant)).Status == 503);
        var ready = await host.GetAsync("/readyz");
        Assert.Equal((503, "failing"), (ready.Status, ready.Json.GetProperty("checks").GetProperty("log").GetString()));

        var explained = await AdoptAsync(host, false);
        Assert.Equal(("there is no mark for a log of size 1", null, 1L, false), (explained.Difference, explained.MarkSize, explained.DatabaseSize, explained.IsAdopted));
        Assert.True((await AdoptAsync(host, true)).IsAdopted);

        await Eventually.HoldsAsync(async () => (await EmitAsync(tenant)).Status == 201);
        await Eventually.HoldsAsync(async () => await host.QueryAsync<long>("SELECT sum(h.next_index - s.sealed_index)::bigint FROM ledger_heads h JOIN ledger_seals s USING (ledger_no)") == 0);
        await Eventually.HoldsAsync(async () => (await host.GetAsync("/readyz")).Status == 200);
        Assert.Equal("must be production or sandbox", (await SendAsync(host, new AdoptLog("staging", true))).Accepted(out _, out var refusal) ? "" : refusal.Details[0].Message);
    }

    private static async Task<LogAdopted> AdoptAsync(PacSpaceHost host, bool isConfirmed)
    {
        Assert.True((await SendAsync(host, new AdoptLog("production", isConfirmed))).Accepted(out var adopted, out var refusal), refusal?.Message);
        return adopted;
    }

    private static async Task<Outcome<LogAdopted>> SendAsync(PacSpaceHost host, AdoptLog request)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<MediatR.IMediator>().Send(request);
    }

    private static Task<Answer> EmitAsync(TestTenant tenant) =>
        tenant.PostAsync("/api/v1/balance/delta", new { customerId = "cust_1", delta = -1, reason = "tokens" });
}
