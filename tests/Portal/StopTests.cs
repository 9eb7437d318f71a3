using System.Net.Sockets;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Portal.Tests;

public sealed class StopTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_stop_answers_what_was_accepted_and_takes_no_more()
    {
        await using var database = await postgres.CloneAsync();
        var host = await PacSpaceHost.StartAsync(database, settings: new Dictionary<string, string?> { ["PacSpace:DrainSeconds"] = "8" });
        var tenant = await host.CreateTenantAsync();
        Assert.Equal(201, (await EmitAsync()).Status);

        // The writer waits for the ledger's row, so the request is under way for as long as the lock is held.
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new Npgsql.NpgsqlCommand("SELECT 1 FROM ledger_heads FOR UPDATE", connection, transaction)) await hold.ExecuteScalarAsync();
        var underWay = EmitAsync();
        await Eventually.HoldsAsync(async () => await host.QueryAsync<long>("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);

        var stop = host.App.StopAsync();
        Answer? draining = null;
        await Eventually.HoldsAsync(async () => (draining = await host.GetAsync("/readyz")).Status == 503);
        Assert.Equal("draining", draining!.Json.GetProperty("status").GetString());
        await Eventually.HoldsAsync(async () => !await TakesConnectionsAsync(host.BaseAddress));
        Assert.False(underWay.IsCompleted);

        await transaction.RollbackAsync();
        Assert.Equal(201, (await underWay).Status);
        await stop;
        Assert.Equal(2L, await host.QueryAsync<long>("SELECT count(*) FROM records"));
        await host.DisposeAsync();

        Task<Answer> EmitAsync() => tenant.PostAsync("/api/v1/balance/delta", new { customerId = "a", delta = 1, reason = "r" });
    }

    private static async Task<bool> TakesConnectionsAsync(Uri address)
    {
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
