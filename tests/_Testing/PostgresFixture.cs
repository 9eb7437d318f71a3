using System.Globalization;
using Npgsql;
using PacSpace.Infrastructure.Persistence;
using Xunit;

namespace PacSpace.Testing;

/// <summary>One PostgreSQL cluster for a test process and in it a migrated template, of which each test class gets a copy.</summary>
/// <remarks>
/// <para>Use it as an assembly fixture: <c>[assembly: AssemblyFixture(typeof(PostgresFixture))]</c>, then take it in the
/// test class's constructor and keep what <see cref="CloneAsync"/> gives. Nothing starts before the first clone.</para>
/// <para>Clusters are thrown away, so fsync is off; a test that kills PostgreSQL makes an <see cref="EmbeddedPostgres"/>
/// of its own. When the test process is killed the tether stops the server, and the next test process removes the folder.</para>
/// </remarks>
public sealed class PostgresFixture : IAsyncLifetime
{
    private readonly Lazy<Task<Cluster>> _cluster = new(StartAsync);
    private int _clones;

    /// <summary>A database of its own with the whole schema and nothing in it.</summary>
    public async Task<TestDatabase> CloneAsync()
    {
        var cluster = await _cluster.Value;
        var name = "test_" + Interlocked.Increment(ref _clones).ToString(CultureInfo.InvariantCulture);
        await cluster.ExecuteAsync($"create database {name} template {MigratedCluster.Template}");
        return new TestDatabase(name, cluster.Postgres.ConnectionTo(name), () => cluster.ExecuteAsync($"drop database {name} with (force)"));
    }

    /// <summary>A database of its own without any schema.</summary>
    public async Task<TestDatabase> EmptyAsync()
    {
        var cluster = await _cluster.Value;
        var name = "test_" + Interlocked.Increment(ref _clones).ToString(CultureInfo.InvariantCulture);
        await cluster.ExecuteAsync($"create database {name}");
        return new TestDatabase(name, cluster.Postgres.ConnectionTo(name), () => cluster.ExecuteAsync($"drop database {name} with (force)"));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_cluster is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) await (await _cluster.Value).DisposeAsync();
    }

    private static async Task<Cluster> StartAsync()
    {
        await TemporaryFolder.SweepAsync();
        var folder = new TemporaryFolder();
        await MigratedCluster.CopyToAsync(folder.Combine("postgres"));
        var postgres = await EmbeddedPostgres.StartAsync(MigratedCluster.Options(folder));
        return new Cluster(folder, postgres);
    }

    private sealed class Cluster(TemporaryFolder folder, EmbeddedPostgres postgres) : IAsyncDisposable
    {
        private readonly NpgsqlDataSource _operator = NpgsqlDataSource.Create(postgres.ConnectionTo("postgres") + ";Maximum Pool Size=4;Command Timeout=60");

        public EmbeddedPostgres Postgres => postgres;

        public async Task ExecuteAsync(string sql)
        {
            await using var command = _operator.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await _operator.DisposeAsync();
            await postgres.DisposeAsync();
            folder.Dispose();
        }
    }
}

/// <summary>A test class's own database; dropped at the end with whatever is still connected to it.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly Func<Task> _drop;
    private readonly Lazy<NpgsqlDataSource> _source;

    internal TestDatabase(string name, string connectionString, Func<Task> drop)
    {
        (Name, ConnectionString, _drop) = (name, connectionString, drop);
        _source = new(() => NpgsqlDataSource.Create(connectionString));
    }

    public string Name { get; }

    public string ConnectionString { get; }

    /// <summary>A pool on this database, made at first use.</summary>
    public NpgsqlDataSource Source => _source.Value;

    /// <summary>The same database by another socket; this one drops it.</summary>
    public TestDatabase Behind(string socketFolder) =>
        new(Name, new NpgsqlConnectionStringBuilder(ConnectionString) { Host = socketFolder }.ConnectionString, () => Task.CompletedTask);

    public async ValueTask DisposeAsync()
    {
        if (_source.IsValueCreated) await _source.Value.DisposeAsync();
        await using (var connection = new NpgsqlConnection(ConnectionString)) NpgsqlConnection.ClearPool(connection);
        await _drop();
    }
}
