using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace PacSpace.Infrastructure.Persistence;

/// <summary>A private PostgreSQL cluster under the data folder, started, watched and stopped by the application.</summary>
/// <remarks>
/// <para>It is a real server with real durability (data checksums, fsync, synchronous commit, full-page writes), so that
/// what <c>dev run</c> promises is what production promises.</para>
/// <code>
/// {data}/postgres           the cluster, owned by the account of the server process
/// {data}/postgres.log       what the server says; the previous one is kept as postgres.log.1
/// {data}/postgres.lock      held (flock) while an application uses the cluster; names its process
/// {data}/postgres-socket    the socket; /tmp/pacspace-… when that path would be longer than a socket's may be
/// </code>
/// <para>What holds when something dies:</para>
/// <list type="bullet">
/// <item>The server process (kill -9, out of memory): it is started again at once and replays its log. Open connections
/// break, nothing committed is lost; callers see a fault for the second or so that it takes.</item>
/// <item>The application (kill -9): the kernel releases the lock. The <em>tether</em>, a small shell that waits for the
/// end of a pipe we hold, stops the server. If the tether died as well, the next start finds the server by its working
/// directory and stops it before it starts its own.</item>
/// <item>Both, or the machine: the next start replays the log.</item>
/// <item>The first start half-way: the cluster is made under another name and renamed when it is whole; a half-made one
/// is thrown away.</item>
/// </list>
/// <para>The server runs in a session of its own, so that Ctrl-C reaches the application alone, which then can finish
/// what it has accepted before it stops the database.</para>
/// </remarks>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private const string Superuser = "pacspace";
    private const int SocketPort = 5432;
    private const int LongestSocketPathBytes = 107;     // sun_path is 108 bytes, the last one is zero
    private const int WouldBlock = 11;                  // EWOULDBLOCK, which .NET hands on as the HResult
    private const long LargestLogBytes = 16 << 20;
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Politeness = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly EmbeddedPostgresOptions _options;
    private readonly ILogger _logger;
    private readonly string _data;
    private readonly string _cluster;
    private readonly string _socket;
    private readonly PostgresAccount _account;
    private readonly PostgresBinaries _binaries;
    private readonly FileStream _lock;
    private readonly Process _tether;
    private readonly CancellationTokenSource _stop = new();
    private Task _supervision = Task.CompletedTask;
    private volatile int _postmasterId;
    private volatile int _restarts;
    private int _disposed;

    private EmbeddedPostgres(
        EmbeddedPostgresOptions options, ILogger logger, string data, PostgresAccount account, PostgresBinaries binaries, FileStream @lock)
    {
        (_options, _logger, _data, _account, _binaries, _lock) = (options, logger, data, account, binaries, @lock);
        _cluster = Path.Combine(data, "postgres");
        _socket = SocketDirectory(data, Port(options));
        _tether = StartTether(_cluster);
    }

    /// <summary>For the socket, as the cluster's only account. Valid until disposal, across restarts of the server.</summary>
    public string ConnectionString => ConnectionTo(_options.Database);

    /// <summary>The process that is the server now; another one after a restart, 0 while there is none.</summary>
    public int PostmasterId => _postmasterId;

    /// <summary>How often the server had to be started again because it ended by itself.</summary>
    public int Restarts => _restarts;

    /// <summary>Where the client programs of the same version are (<c>pgbench</c>, <c>psql</c>).</summary>
    public string BinDirectory => _binaries.Directory;

    /// <summary>The folder of the socket, what <c>psql -h</c> takes.</summary>
    public string SocketFolder => _socket;

    private string LogPath => LogPathIn(_data);

    /// <summary>Makes the cluster if there is none, clears away what a killed run left, starts the server and waits until
    /// it takes connections.</summary>
    /// <exception cref="EmbeddedPostgresException">The folder is in use by another process, the programs are missing, the
    /// folder cannot be reached by the server's account, or the server does not start; the message says which.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(
        EmbeddedPostgresOptions options, ILogger? logger = null, CancellationToken ct = default)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new EmbeddedPostgresException("The embedded PostgreSQL runs on Linux. Set ConnectionStrings__PacSpace to use a server of your own.");
        }

        logger ??= NullLogger.Instance;
        var account = PostgresAccount.Current();
        var data = Posix.RealPath(Directory.CreateDirectory(options.DataDirectory).FullName);
        var held = await TakeLockAsync(data, ct);
        EmbeddedPostgres? postgres = null;
        try
        {
            var cluster = Path.Combine(data, "postgres");
            await RequireReachableAsync(account, data, ct);
            var version = ClusterVersion(cluster);
            var binaries = PostgresBinaries.Find(options.BinDirectory, version);

            var leftovers = await ClusterProcesses.EndLeftoversAsync(cluster, Politeness, ct);
            if (leftovers > 0) logger.LogWarning("A run that was killed had left {Count} PostgreSQL processes; they were stopped.", leftovers);
            if (version is null) await MakeClusterAsync(data, cluster, account, binaries, options.IsDurable, logger, ct);

            postgres = new EmbeddedPostgres(options, logger, data, account, binaries, held);
            await postgres.PrepareAsync(ct);
            var server = await postgres.StartServerAsync(ct);
            postgres._supervision = postgres.SuperviseAsync(server);
            await postgres.PrepareDatabaseAsync(ct);
            return postgres;
        }
        catch when (postgres is not null)
        {
            await postgres.DisposeAsync();
            throw;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>How another process of the same account reaches the cluster that an application runs at this moment.</summary>
    /// <returns>Null when no application runs it; then it can be started.</returns>
    public static string? ConnectionToRunning(EmbeddedPostgresOptions options)
    {
        if (!Directory.Exists(options.DataDirectory)) return null;
        var data = Posix.RealPath(Path.GetFullPath(options.DataDirectory));
        var cluster = Path.Combine(data, "postgres");
        return PostmasterFile.Read(cluster) is { Status: "ready" } server && ClusterProcesses.IsOf(cluster, server.ProcessId)
            ? ConnectionTo(SocketDirectory(data, Port(options)), options, options.Database)
            : null;
    }

    /// <summary>For another database of the same cluster.</summary>
    public string ConnectionTo(string database) => ConnectionTo(_socket, _options, database);

    private static string ConnectionTo(string socket, EmbeddedPostgresOptions options, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = socket,
        Port = Port(options),
        Username = Superuser,
        Database = database,
    }.ConnectionString;

    /// <summary>Stops the server with a fast shutdown: open transactions are rolled back, a checkpoint is written.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stop.CancelAsync();
        await _supervision;

        // The server is gone, so the tether finds nothing to stop and ends by itself.
        _tether.StandardInput.Close();
        await _tether.WaitForExitAsync();
        _tether.Dispose();
        _stop.Dispose();
        if (Directory.Exists(_socket)) Directory.Delete(_socket, recursive: true);
        await _lock.DisposeAsync();
    }

    /// <summary>Stops what a run that was killed left in a data folder, unless a living process uses it.</summary>
    /// <returns>False when it is in use.</returns>
    internal static async Task<bool> TryEndLeftoversAsync(string dataDirectory, CancellationToken ct)
    {
        if (TryLock(dataDirectory) is not { } held) return false;
        await using (held)
        {
            await ClusterProcesses.EndLeftoversAsync(Path.Combine(Posix.RealPath(dataDirectory), "postgres"), Politeness, ct);
            var socket = SocketDirectory(Posix.RealPath(dataDirectory), SocketPort);
            if (Directory.Exists(socket)) Directory.Delete(socket, recursive: true);
            return true;
        }
    }

    // ------------------------------------------------------------------ the folder

    /// <summary>Waits a moment for a process that was killed just now: the kernel needs one to close its files.</summary>
    private static async Task<FileStream> TakeLockAsync(string data, CancellationToken ct)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            if (TryLock(data) is { } held) return held;
            if (Stopwatch.GetElapsedTime(since) > LockPatience)
            {
                throw new EmbeddedPostgresException(
                    $"The data folder {data} is in use by process {HolderOf(LockPathIn(data))}. " +
                    "Stop it, or give this one a folder of its own (--data DIR).");
            }

            await Task.Delay(LookAgainAfter, ct);
        }
    }

    /// <summary>Null when another process has it.</summary>
    private static FileStream? TryLock(string data)
    {
        var path = LockPathIn(data);
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB): it ends with the process, however that ends.
            var held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            held.SetLength(0);
            held.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            held.Flush();
            return held;
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new EmbeddedPostgresException($"{path} cannot be written: the data folder belongs to another account.", denied);
        }
        catch (IOException busy) when (busy.HResult == WouldBlock)
        {
            return null;
        }
    }

    private static string HolderOf(string lockPath)
    {
        // .NET asks for a shared lock when it opens a file to read, and would be refused.
        using var reader = Start(["cat", lockPath], isHeard: true);
        return reader.StandardOutput.ReadToEnd() is { Length: > 0 } id ? id : "(unknown)";
    }

    /// <summary>The server's account must be able to walk to the cluster; a data folder under /root, say, is out of its reach.</summary>
    private static async Task RequireReachableAsync(PostgresAccount account, string data, CancellationToken ct)
    {
        if (!account.IsOther || await CanEnterAsync(data)) return;

        var blocked = data;
        for (var folder = data; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (!await CanEnterAsync(folder)) blocked = folder;
        }

        throw new EmbeddedPostgresException(
            $"As root, PostgreSQL runs as the account {account.Name}, which may not enter {blocked} on the way to {data}. " +
            $"Use a data folder elsewhere (--data DIR), or allow it with: chmod o+x {blocked}");

        async Task<bool> CanEnterAsync(string folder)
        {
            var (exitCode, _) = await RunAsync(account.Command("test", "-x", folder), ct);
            return exitCode == 0;
        }
    }

    /// <summary>The major version that made the cluster; null when there is none.</summary>
    private static string? ClusterVersion(string cluster)
    {
        if (!Directory.Exists(cluster)) return null;
        try
        {
            return File.ReadAllText(Path.Combine(cluster, "PG_VERSION")).Trim();
        }
        catch (FileNotFoundException missing)
        {
            throw new EmbeddedPostgresException(
                $"{cluster} exists but is not a PostgreSQL cluster. Move it away, or use another data folder.", missing);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new EmbeddedPostgresException(
                $"{cluster} belongs to another account: it was made by another user, or as root. Run as before, or use another data folder.",
                denied);
        }
    }

    private static async Task MakeClusterAsync(
        string data, string cluster, PostgresAccount account, PostgresBinaries binaries, bool isDurable, ILogger logger, CancellationToken ct)
    {
        var making = cluster + ".new";
        await ClusterProcesses.EndLeftoversAsync(making, TimeSpan.Zero, ct);
        if (Directory.Exists(making)) Directory.Delete(making, recursive: true);
        Directory.CreateDirectory(making, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        account.Own(making);

        var command = account.Command(
            binaries.InitDb,
            ["-D", making, "--username", Superuser, "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums",
                "--auth-local=peer", "--auth-host=scram-sha-256", .. isDurable ? Array.Empty<string>() : ["--no-sync"]]);
        var (exitCode, said) = await RunAsync(command, ct);
        if (exitCode != 0) throw new EmbeddedPostgresException($"initdb could not make the cluster in {making}:\n{said}");

        // Crash window 1: before the rename there is no cluster, and the next start begins again; after it there is a
        // whole one. initdb has flushed what is inside.
        if (!Posix.TryRenameDirectory(making, cluster)) throw new EmbeddedPostgresException($"{cluster} appeared while the cluster was made.");
        if (isDurable) Posix.FlushDirectory(data);
        logger.LogInformation("A PostgreSQL cluster was made in {Cluster}.", cluster);
    }

    /// <summary>Everything that may differ from the last run: who owns the files, where the socket is, who may connect.</summary>
    private async Task PrepareAsync(CancellationToken ct)
    {
        if (_account.IsOther)
        {
            var (exitCode, said) = await RunAsync(["chown", "-R", $"{_account.UserId}:{_account.GroupId}", _cluster], ct);
            if (exitCode != 0) throw new EmbeddedPostgresException($"The cluster could not be given to the account {_account.Name}:\n{said}");
        }

        // The kernel says who is at the other end of the socket: root and the account of the server may be the superuser.
        WriteSettings("pg_hba.conf",
            "local all all peer map=pacspace\nhost all all 127.0.0.1/32 scram-sha-256\n");
        WriteSettings("pg_ident.conf",
            string.Concat(new[] { "root", _account.Name }.Distinct().Select(name => $"pacspace \"{name}\" {Superuser}\n")));

        if (Directory.Exists(_socket)) Directory.Delete(_socket, recursive: true);
        Directory.CreateDirectory(_socket);
        if (new DirectoryInfo(_socket).LinkTarget is not null) throw new EmbeddedPostgresException($"{_socket} is a link; remove it.");
        File.SetUnixFileMode(_socket, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _account.Own(_socket);

        if (File.Exists(LogPath) && new FileInfo(LogPath).Length > LargestLogBytes) File.Move(LogPath, LogPath + ".1", overwrite: true);
    }

    private void WriteSettings(string name, string text)
    {
        var path = Path.Combine(_cluster, name);
        File.WriteAllText(path, text);
        _account.Own(path);
    }

    private static string SocketDirectory(string data, int port)
    {
        var near = Path.Combine(data, "postgres-socket");
        if (Encoding.UTF8.GetByteCount($"{near}/.s.PGSQL.{port}") <= LongestSocketPathBytes) return near;
        return "/tmp/pacspace-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)).AsSpan(0, 8));
    }

    private static int Port(EmbeddedPostgresOptions options) => options.LoopbackPort ?? SocketPort;

    private static string LockPathIn(string data) => Path.Combine(data, "postgres.lock");

    private static string LogPathIn(string data) => Path.Combine(data, "postgres.log");

    // ------------------------------------------------------------------ the server process

    private string[] ServerSettings()
    {
        string[] settings =
        [
            $"port={Port(_options)}",
            $"listen_addresses={(_options.LoopbackPort is null ? "" : "127.0.0.1")}",
            $"unix_socket_directories={_socket}",
            "unix_socket_permissions=0700",
            "max_connections=400",
            "shared_buffers=128MB",
            "max_wal_size=2GB",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_destination=stderr",
            "logging_collector=off",
            "log_line_prefix=%m [%p] %d ",
            // Logs hold no business text: neither the statement of an error nor the key values in its detail.
            "log_min_error_statement=panic",
            "log_error_verbosity=terse",
        ];
        var durable = _options.IsDurable ? "on" : "off";
        return [.. settings, $"fsync={durable}", $"synchronous_commit={durable}", $"full_page_writes={durable}"];
    }

    /// <summary>Starts the server and waits until it takes connections.</summary>
    private async Task<Process> StartServerAsync(CancellationToken ct)
    {
        ForgetStaleProcessId();
        var from = File.Exists(LogPath) ? new FileInfo(LogPath).Length : 0;

        // One process all along: the shell, setsid and setpriv each replace themselves, so its id is the postmaster's.
        // Output goes to the file itself and not through us: it must be written when we are gone, too.
        var command = _account.Command(_binaries.Server, ["-D", _cluster, .. ServerSettings().SelectMany(setting => new[] { "-c", setting })]);
        var server = Start(["/bin/sh", "-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", LogPath, "setsid", .. command]);
        try
        {
            var since = Stopwatch.GetTimestamp();
            while (PostmasterFile.Read(_cluster) is not { } file || file.ProcessId != server.Id || file.Status != "ready")
            {
                if (server.HasExited) throw Unstarted($"did not start (exit code {server.ExitCode})", from);
                if (Stopwatch.GetElapsedTime(since) > _options.StartTimeout) throw Unstarted($"was not ready after {_options.StartTimeout}", from);
                await Task.Delay(LookAgainAfter, ct);
            }

            // Crash window 2: if we die before the tether knows the id, the server stays; the next start stops it.
            await TieAsync(server.Id);
            _postmasterId = server.Id;
            return server;
        }
        catch
        {
            await StopServerAsync(server);
            throw;
        }
    }

    /// <summary>Waits for the server's end; starts it again unless it was asked for.</summary>
    private async Task SuperviseAsync(Process server)
    {
        while (true)
        {
            try
            {
                await server.WaitForExitAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                await StopServerAsync(server);
                return;
            }

            _postmasterId = 0;
            _logger.LogError("PostgreSQL ended by itself with exit code {ExitCode}; it is started again. See {Log}.", server.ExitCode, LogPath);
            server.Dispose();

            var pause = ShortestPause;
            while (true)
            {
                try
                {
                    // Back ends of a killed postmaster hold its shared memory until they notice; a new one refuses until then.
                    await ClusterProcesses.EndLeftoversAsync(_cluster, Politeness, _stop.Token);
                    server = await StartServerAsync(_stop.Token);
                    _restarts++;
                    _logger.LogWarning("PostgreSQL runs again as process {ProcessId}.", server.Id);
                    break;
                }
                catch (OperationCanceledException)
                {
                    return;
                }
                catch (Exception failure) when (failure is EmbeddedPostgresException or IOException or UnauthorizedAccessException)
                {
                    // The disk may be full or memory short: that passes, and until then callers are told to come back.
                    _logger.LogError(failure, "PostgreSQL could not be started; trying again in {Pause}.", pause);
                    try
                    {
                        await Task.Delay(pause, _stop.Token);
                    }
                    catch (OperationCanceledException)
                    {
                        return;
                    }

                    pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
                }
            }
        }
    }

    private async Task StopServerAsync(Process server)
    {
        using (server)
        {
            (int Signal, TimeSpan Patience)[] attempts =
                [(Posix.SigInt, Politeness), (Posix.SigQuit, TimeSpan.FromSeconds(10)), (Posix.SigKill, Timeout.InfiniteTimeSpan)];
            foreach (var (signal, patience) in attempts)
            {
                // Process knows that a child that has ended was collected, so the id cannot be somebody else's by now.
                if (server.HasExited) break;
                Posix.Signal(server.Id, signal);
                using var limit = new CancellationTokenSource(patience);
                try
                {
                    await server.WaitForExitAsync(limit.Token);
                }
                catch (OperationCanceledException)
                {
                    _logger.LogWarning("PostgreSQL did not end within {Patience} of signal {Signal}.", patience, signal);
                }
            }
        }

        _postmasterId = 0;
    }

    /// <summary>A server refuses to start while the id in a stale <c>postmaster.pid</c> is alive, whoever has that number now.</summary>
    /// <remarks>Nothing works in the folder when this is called. A file whose process is gone is left to the server, which
    /// reads from it which shared memory to look after.</remarks>
    private void ForgetStaleProcessId()
    {
        if (PostmasterFile.Read(_cluster) is { } stale && Directory.Exists($"/proc/{stale.ProcessId}"))
        {
            File.Delete(PostmasterFile.PathIn(_cluster));
        }
    }

    private async Task PrepareDatabaseAsync(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(ConnectionTo("postgres") + ";Pooling=false");
        await connection.OpenAsync(ct);

        if (_options.LoopbackPort is not null) await ExecuteAsync($"alter role {Superuser} password '{LoopbackPassword()}'");

        await using var look = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection)
        {
            Parameters = { new() { Value = _options.Database } },
        };
        if (await look.ExecuteScalarAsync(ct) is null)
        {
            await ExecuteAsync($"create database \"{_options.Database.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        }

        async Task ExecuteAsync(string sql)
        {
#pragma warning disable CA2100 // The name is quoted, the password is hexadecimal; neither statement takes parameters.
            await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    private string LoopbackPassword()
    {
        var path = Path.Combine(_data, "postgres.password");
        if (!File.Exists(path))
        {
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            file.Write(Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(64, lowercase: true)));
        }

        return File.ReadAllText(path);
    }

    private EmbeddedPostgresException Unstarted(string how, long from) => new($"PostgreSQL {how}. It said, in {LogPath}:\n{Tail(from)}");

    private string Tail(long from)
    {
        if (!File.Exists(LogPath)) return "(nothing)";
        using var file = new FileStream(LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = Math.Max(from, file.Length - 4096);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().TrimEnd();
    }

    // ------------------------------------------------------------------ other processes

    /// <summary>Reads server ids from a pipe that only we hold open; when it closes, however we end, it stops the last
    /// one named, if that still works in the cluster folder. In a session of its own, so that no signal meant for us ends it.</summary>
    private static Process StartTether(string cluster) => Start(
        ["setsid", "/bin/sh", "-c",
            """
            exec >/dev/null 2>&1
            while read -r next; do id=$next; done
            [ -n "$id" ] && [ "$(readlink "/proc/$id/cwd")" = "$0" ] && kill -INT "$id"
            """,
            cluster],
        isFed: true);

    private async Task TieAsync(int serverId)
    {
        try
        {
            await _tether.StandardInput.WriteLineAsync(serverId.ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException broken)
        {
            _logger.LogWarning(broken, "The tether has ended; if this process is killed, the next start stops the server.");
        }
    }

    private static Process Start(IReadOnlyList<string> command, bool isFed = false, bool isHeard = false)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = "/",
            RedirectStandardInput = isFed,
            RedirectStandardOutput = isHeard,
            RedirectStandardError = isHeard,
        };
        // What the caller's shell says about some other server is not meant for this one.
        var foreign = start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList();
        foreach (var name in foreign) start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C.UTF-8";
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new EmbeddedPostgresException($"The program {command[0]} could not be run: {missing.Message}.", missing);
        }
    }

    private static async Task<(int ExitCode, string Said)> RunAsync(IEnumerable<string> command, CancellationToken ct)
    {
        using var process = Start([.. command], isHeard: true);
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return (process.ExitCode, (await output + await errors).Trim());
    }
}
