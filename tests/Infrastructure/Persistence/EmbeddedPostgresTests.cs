using Npgsql;
using PacSpace.Infrastructure.Persistence;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Persistence;

public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_cluster_is_durable_unless_asked_otherwise()
    {
        await using var postgres = await StartAsync();

        Assert.Equal(
            [
                "data_checksums on", "fsync on", "synchronous_commit on", "full_page_writes on", "server_encoding UTF8", "lc_collate C.UTF-8",
                "listen_addresses ", "max_connections 400", "shared_buffers 128MB", "max_wal_size 2GB", "TimeZone UTC",
            ],
            await SettingsAsync(
                postgres,
                "data_checksums", "fsync", "synchronous_commit", "full_page_writes", "server_encoding", "lc_collate",
                "listen_addresses", "max_connections", "shared_buffers", "max_wal_size", "TimeZone"));
    }

    [Fact]
    public async Task What_was_committed_is_there_after_a_stop_and_a_start_and_nothing_runs_in_between()
    {
        await using (var first = await StartAsync())
        {
            await ExecuteAsync(first, "create table kept (n int); insert into kept values (7)");
        }

        Assert.Empty(ClusterProcesses.Of(_data.Combine("postgres")));
        Assert.False(Directory.Exists(_data.Combine("postgres-socket")));

        await using var second = await StartAsync();
        Assert.Equal(7, await ScalarAsync(second, "select n from kept"));
    }

    [Fact]
    public async Task A_second_application_on_the_folder_is_told_who_has_it()
    {
        await using var first = await StartAsync();

        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(StartAsync);

        Assert.Contains($"is in use by process {Environment.ProcessId}.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await ScalarAsync(first, "select 1"));
    }

    [Fact]
    public async Task A_cluster_that_was_half_made_is_thrown_away()
    {
        Directory.CreateDirectory(_data.Combine("postgres.new"));
        await File.WriteAllTextAsync(_data.Combine("postgres.new/PG_VERSION"), "15");

        await using var postgres = await StartAsync();

        Assert.Equal(1, await ScalarAsync(postgres, "select 1"));
        Assert.False(Directory.Exists(_data.Combine("postgres.new")));
    }

    [Fact]
    public async Task A_stale_process_id_that_belongs_to_somebody_else_now_is_no_obstacle()
    {
        await using (await StartAsync())
        {
        }

        // Process 1 is alive on every machine, and is not ours.
        await File.WriteAllTextAsync(_data.Combine("postgres/postmaster.pid"), "1\n");
        await using var postgres = await StartAsync();
        Assert.Equal(1, await ScalarAsync(postgres, "select 1"));
    }

    [Fact]
    public async Task A_folder_with_a_long_path_gets_a_socket_elsewhere()
    {
        var deep = Directory.CreateDirectory(_data.Combine(new string('d', 100))).FullName;

        string socket;
        await using (var postgres = await EmbeddedPostgres.StartAsync(Options with { DataDirectory = deep }))
        {
            socket = postgres.SocketFolder;
            Assert.StartsWith("/tmp/pacspace-", socket, StringComparison.Ordinal);
            Assert.Equal(1, await ScalarAsync(postgres, "select 1"));
        }

        Assert.False(Directory.Exists(socket));
    }

    [Fact]
    public async Task The_loopback_port_takes_only_the_password()
    {
        using var free = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        free.Start();
        var port = ((System.Net.IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();

        await using var postgres = await EmbeddedPostgres.StartAsync(Options with { LoopbackPort = port });

        var password = _data.Combine("postgres.password");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(password));
        var overTcp = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Host = "127.0.0.1", Pooling = false };
        Assert.Equal(1, await ScalarAsync(new NpgsqlConnectionStringBuilder(overTcp.ConnectionString) { Password = await File.ReadAllTextAsync(password) }.ConnectionString, "select 1"));
        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => ScalarAsync(new NpgsqlConnectionStringBuilder(overTcp.ConnectionString) { Password = "guess" }.ConnectionString, "select 1"));
        Assert.Equal("28P01", refused.SqlState);
    }

    [Fact]
    public async Task A_folder_that_is_no_cluster_is_not_touched()
    {
        Directory.CreateDirectory(_data.Combine("postgres"));
        await File.WriteAllTextAsync(_data.Combine("postgres/letter.txt"), "dear reader");

        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(StartAsync);

        Assert.Contains("is not a PostgreSQL cluster", refused.Message, StringComparison.Ordinal);
        Assert.Equal("dear reader", await File.ReadAllTextAsync(_data.Combine("postgres/letter.txt")));
    }

    [Fact]
    public async Task Missing_programs_are_named()
    {
        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(
            () => EmbeddedPostgres.StartAsync(Options with { BinDirectory = _data }));

        Assert.Equal($"There are no programs postgres and initdb in {_data.Path}.", refused.Message);
    }

    [Fact]
    public async Task A_server_that_does_not_start_is_quoted()
    {
        await using (await StartAsync())
        {
        }

        await File.AppendAllTextAsync(_data.Combine("postgres/postgresql.conf"), "no_such_setting = 1\n");
        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(StartAsync);

        Assert.Contains("no_such_setting", refused.Message, StringComparison.Ordinal);
        Assert.Empty(ClusterProcesses.Of(_data.Combine("postgres")));
    }

    [Fact]
    public async Task As_root_a_folder_that_the_servers_account_cannot_reach_is_refused_with_the_way_out()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root runs the server under another account.");
        var closed = Directory.CreateDirectory(_data.Combine("closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;

        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(
            () => EmbeddedPostgres.StartAsync(Options with { DataDirectory = Path.Combine(closed, "data") }));

        Assert.Contains($"may not enter {closed} on the way to {closed}/data", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"chmod o+x {closed}", refused.Message, StringComparison.Ordinal);
    }

    private EmbeddedPostgresOptions Options => new() { DataDirectory = _data };

    private Task<EmbeddedPostgres> StartAsync() => EmbeddedPostgres.StartAsync(Options);

    private static async Task<string[]> SettingsAsync(EmbeddedPostgres postgres, params string[] names)
    {
        var values = new List<string>();
        foreach (var name in names) values.Add($"{name} {await ScalarAsync(postgres, $"show {name}")}");
        return [.. values];
    }

    private static Task<object?> ScalarAsync(EmbeddedPostgres postgres, string sql) => ScalarAsync(postgres.ConnectionString + ";Pooling=false", sql);

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task ExecuteAsync(EmbeddedPostgres postgres, string sql) => await ScalarAsync(postgres, sql);
}
