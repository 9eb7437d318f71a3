using System.Data.Common;
using Microsoft.Extensions.Logging;
using Npgsql;
using PacSpace.Infrastructure.Persistence;
using PacSpace.Infrastructure.Secrets;

namespace PacSpace.Features;

/// <summary>An open installation: its database at this program's schema, its secrets, and the embedded cluster if it has one.</summary>
/// <remarks>Opened before anything is served or done, closed after everything else has stopped.</remarks>
public sealed class Installation : IAsyncDisposable
{
    private static readonly TimeSpan PauseBeforeTryingAgain = TimeSpan.FromSeconds(2);

    private readonly EmbeddedPostgres? _cluster;

    private readonly Lazy<SecretStore> _secrets;

    private Installation(InstallationSettings settings, EmbeddedPostgres? cluster, NpgsqlDataSource database, SecretStore? secrets)
    {
        (Settings, _cluster, Database) = (settings, cluster, database);
        _secrets = secrets is null ? new Lazy<SecretStore>(OpenExistingSecrets) : new Lazy<SecretStore>(secrets);
    }

    public InstallationSettings Settings { get; }

    internal NpgsqlDataSource Database { get; }

    /// <summary>An operator's command opens them when it needs them, and never makes any.</summary>
    /// <exception cref="InstallationException">A command needs them and they are not there.</exception>
    internal SecretStore Secrets => _secrets.Value;

    internal bool AreSecretsOpen => _secrets.IsValueCreated;

    /// <summary>To serve: the embedded cluster is ours alone, and a server that cannot be reached yet is waited for.</summary>
    /// <exception cref="InstallationException">It cannot be used; the message says why and what to do.</exception>
    public static Task<Installation> OpenToServeAsync(InstallationSettings settings, ILoggerFactory loggers, CancellationToken ct) =>
        OpenAsync(settings, isServing: true, loggers, ct);

    /// <summary>For an operator's command: beside a server that runs, or alone. Nothing is waited for.</summary>
    /// <exception cref="InstallationException">It cannot be used; the message says why and what to do.</exception>
    public static Task<Installation> OpenToOperateAsync(InstallationSettings settings, ILoggerFactory loggers, CancellationToken ct) =>
        OpenAsync(settings, isServing: false, loggers, ct);

    public async ValueTask DisposeAsync()
    {
        if (_secrets.IsValueCreated) _secrets.Value.Dispose();
        await Database.DisposeAsync();
        if (_cluster is not null) await _cluster.DisposeAsync();
    }

    private static async Task<Installation> OpenAsync(InstallationSettings settings, bool isServing, ILoggerFactory loggers, CancellationToken ct)
    {
        EmbeddedPostgres? cluster = null;
        NpgsqlDataSource? database = null;
        SecretStore? secrets = null;
        try
        {
            var connectionString = settings.ConnectionString;
            if (connectionString is null)
            {
                var options = new EmbeddedPostgresOptions { DataDirectory = settings.DataDirectory };
                connectionString = isServing ? null : EmbeddedPostgres.ConnectionToRunning(options);
                if (connectionString is null)
                {
                    cluster = await EmbeddedPostgres.StartAsync(options, loggers.CreateLogger<EmbeddedPostgres>(), ct);
                    connectionString = cluster.ConnectionString;
                }
            }

            database = OpenDatabase(connectionString);
            if (isServing) secrets = SecretStore.Open(settings.KeysDirectory);
            await MigrateAsync(database, isServing, loggers.CreateLogger<Installation>(), ct);
            if (secrets is not null) await RequireOwnSecretsAsync(database, secrets, ct);
            return new Installation(settings, cluster, database, secrets);
        }
        catch (Exception failure)
        {
            secrets?.Dispose();
            if (database is not null) await database.DisposeAsync();
            if (cluster is not null) await cluster.DisposeAsync();
            throw failure switch
            {
                EmbeddedPostgresException or SecretStoreException or MigrationException or IOException or UnauthorizedAccessException =>
                    new InstallationException(failure.Message, failure),
                NpgsqlException => new InstallationException($"The database cannot be used: {failure.Message}", failure),
                ArgumentException => new InstallationException($"The connection string cannot be read: {failure.Message}", failure),
                _ => failure,
            };
        }
    }

    private static NpgsqlDataSource OpenDatabase(string connectionString)
    {
        // The plain builder knows what was written; Npgsql's own says that it contains every keyword it knows.
        var written = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var connection = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "pacspace" };

        // The same few dozen statements come all day long, each with an index of its own: they are parsed once a connection,
        // planned once, and never by a table that was still empty then; a plan that has to scan is called so dear by this that
        // PostgreSQL would compile it, for a third of a second. Sessions keep nothing that would have to be reset (SealSession
        // cleans up after itself). What an operator wrote into the connection string goes first.
        if (!written.ContainsKey("Max Auto Prepare")) connection.MaxAutoPrepare = 128;
        if (!written.ContainsKey("No Reset On Close")) connection.NoResetOnClose = true;
        if (!written.ContainsKey("Options")) connection.Options = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off";
        return NpgsqlDataSource.Create(connection);
    }

    private static async Task MigrateAsync(NpgsqlDataSource database, bool isServing, ILogger logger, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                var applied = await Migrations.ApplyAsync(database, Migrations.Embedded(), ct);
                if (applied > 0) logger.LogInformation("Applied {Count} migrations", applied);
                return;
            }
            catch (NpgsqlException fault) when (isServing && fault.IsTransient)
            {
                logger.LogWarning("The database cannot be reached yet: {Fault}", fault.Message);
                await Task.Delay(PauseBeforeTryingAgain, ct);
            }
        }
    }

    private SecretStore OpenExistingSecrets()
    {
        try
        {
            return Directory.Exists(Settings.KeysDirectory)
                ? SecretStore.Open(Settings.KeysDirectory)
                : throw new InstallationException($"There are no secrets in {Settings.KeysDirectory}. Say where they are with --data or PacSpace__Keys.");
        }
        catch (SecretStoreException failure)
        {
            throw new InstallationException(failure.Message, failure);
        }
    }

    /// <summary>Secrets made a moment ago cannot belong to a database that was used before: record ids would find no rows
    /// and the log would go on under another key.</summary>
    private static async Task RequireOwnSecretsAsync(NpgsqlDataSource database, SecretStore secrets, CancellationToken ct)
    {
        if (!secrets.IsNew) return;
        await using var used = database.CreateCommand("SELECT EXISTS (SELECT 1 FROM ledgers) OR EXISTS (SELECT 1 FROM log_state WHERE size > 0)");
        if (await used.ExecuteScalarAsync(ct) is not true) return;
        Directory.Delete(secrets.Folder, recursive: true);
        throw new InstallationException($"This database has records, but {secrets.Folder} had no secrets. Restore the folder from its backup.");
    }
}

/// <summary>The installation cannot be opened. The message is for the operator.</summary>
public sealed class InstallationException(string message, Exception? inner = null) : Exception(message, inner);
