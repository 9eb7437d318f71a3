using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using PacSpace.Infrastructure.Persistence;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Persistence;

public sealed class EmbeddedPostgresCrashTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    private string Cluster => _data.Combine("postgres");

    [Fact]
    public async Task A_killed_server_comes_back_by_itself_with_everything_that_was_committed()
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataDirectory = _data });
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await ExecuteAsync(source, "create table kept (n int)");
        for (var round = 1; round <= 3; round++)
        {
            await ExecuteAsync(source, $"insert into kept values ({round})");
            await using var open = await source.OpenConnectionAsync();
            await using var transaction = await open.BeginTransactionAsync();
            await using (var uncommitted = new NpgsqlCommand("insert into kept values (99)", open)) await uncommitted.ExecuteNonQueryAsync();
            // A back end at work does not notice at once that its postmaster is gone.
            await using var busy = new NpgsqlCommand("select sum(i) from generate_series(1, 100000000) i", open);
            var work = Assert.ThrowsAnyAsync<NpgsqlException>(() => busy.ExecuteScalarAsync());

            var killed = postgres.PostmasterId;
            Posix.Signal(killed, Posix.SigKill);

            await Eventually.HoldsAsync(async () => postgres.PostmasterId is not 0 and var id && id != killed && await CountAsync(source) == round, TimeSpan.FromSeconds(20));
            Assert.Equal(round, postgres.Restarts);
            await work;
        }
    }

    [Fact]
    public async Task A_killed_application_takes_its_server_with_it()
    {
        using var keeper = await Keeper.StartAsync(_data);
        await CommitAsync(1);

        keeper.Kill();

        await Eventually.HoldsAsync(() => ClusterProcesses.Of(Cluster).Count == 0);
        await MustHoldAsync(1);
    }

    [Fact]
    public async Task A_start_right_after_the_kill_does_not_wait_for_the_tether()
    {
        for (var round = 1; round <= 3; round++)
        {
            using var keeper = await Keeper.StartAsync(_data);
            await CommitAsync(1);
            keeper.Kill();
            await MustHoldAsync(round);
        }
    }

    [Fact]
    public async Task A_server_that_lost_application_and_tether_is_stopped_by_the_next_start()
    {
        using var keeper = await Keeper.StartAsync(_data);
        await CommitAsync(1);
        Posix.Signal(Keeper.TetherOf(Cluster), Posix.SigKill);
        keeper.Kill();
        Assert.Contains(keeper.PostmasterId, ClusterProcesses.Of(Cluster));

        var logger = new ListLogger();
        await MustHoldAsync(1, logger);

        Assert.Contains(logger.Lines, line => line.StartsWith("A run that was killed had left", StringComparison.Ordinal));
        Assert.False(ClusterProcesses.IsOf(Cluster, keeper.PostmasterId));
    }

    [Fact]
    public async Task Application_and_server_killed_together_lose_nothing_that_was_committed()
    {
        using var keeper = await Keeper.StartAsync(_data);
        await CommitAsync(1);

        Posix.Signal(keeper.ProcessId, Posix.SigKill);
        Posix.Signal(keeper.PostmasterId, Posix.SigKill);

        await Eventually.HoldsAsync(() => !ClusterProcesses.IsOf(Cluster, keeper.PostmasterId));
        await MustHoldAsync(1);
    }

    [Fact]
    public async Task A_living_application_in_another_process_is_not_disturbed()
    {
        using var keeper = await Keeper.StartAsync(_data);

        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(
            () => EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataDirectory = _data }));

        Assert.Contains($"is in use by process {keeper.ProcessId}.", refused.Message, StringComparison.Ordinal);
        Assert.False(await EmbeddedPostgres.TryEndLeftoversAsync(_data, CancellationToken.None));
        Assert.True(ClusterProcesses.IsOf(Cluster, keeper.PostmasterId));
    }

    [Fact]
    public async Task An_ordinary_account_runs_the_server_as_itself()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can become another account.");
        var home = Directory.CreateDirectory(_data.Combine("home")).FullName;
        using (var chown = Process.Start("chown", ["nobody:nogroup", home])) await chown.WaitForExitAsync();

        using (var keeper = await Keeper.StartAsync(home, account: "nobody"))
        {
            Assert.True(ClusterProcesses.IsOf(Path.Combine(home, "postgres"), keeper.PostmasterId));
            Assert.Contains("65534", (await File.ReadAllLinesAsync($"/proc/{keeper.PostmasterId}/status")).Single(line => line.StartsWith("Uid:", StringComparison.Ordinal)), StringComparison.Ordinal);
        }

        await Eventually.HoldsAsync(() => ClusterProcesses.Of(Path.Combine(home, "postgres")).Count == 0);
    }

    private string ConnectionString => new NpgsqlConnectionStringBuilder { Host = _data.Combine("postgres-socket"), Username = "pacspace", Database = "pacspace", Pooling = false }.ConnectionString;

    private async Task CommitAsync(int rows)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await ExecuteAsync(source, $"create table if not exists kept (n int); insert into kept select generate_series(1, {rows})");
    }

    private async Task MustHoldAsync(int rows, ILogger? logger = null)
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataDirectory = _data }, logger);
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString + ";Pooling=false");
        Assert.Equal(rows, await CountAsync(source));
        Assert.Equal(0, postgres.Restarts);
    }

    /// <summary>Null while the server cannot be reached.</summary>
    private static async Task<long?> CountAsync(NpgsqlDataSource source)
    {
        try
        {
            await using var command = source.CreateCommand("select count(*) from kept");
            return (long?)await command.ExecuteScalarAsync();
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class ListLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Lines) Lines.Add(formatter(state, exception));
        }
    }
}
