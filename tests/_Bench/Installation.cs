using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Npgsql;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Bench;

/// <summary>The built server with its own durable cluster in a folder of its own, on loopback, as an operator would start it. Everything
/// of the product is switched on; only the rate limit is set out of the way.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(60);

    private readonly string _data;
    private readonly bool _isTemporary;
    private readonly int _port;
    private Process? _server;
    private readonly Dictionary<string, string> _keys = [];
    private string _tenantId = "";
    private int _postmaster;

    private Installation(string data, bool isTemporary, int port) => (_data, _isTemporary, _port) = (data, isTemporary, port);

    /// <summary>Of the repository; this program lies in <c>tests/_Bench/bin/{configuration}/{framework}</c>.</summary>
    public static string Root => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", ".."));

    public NpgsqlDataSource Database { get; private set; } = null!;

    public string BinDirectory => Path.GetDirectoryName(File.ResolveLinkTarget($"/proc/{_postmaster}/exe", returnFinalTarget: false)!.FullName)!;

    public int ServerId => _server!.Id;

    public static async Task<Installation> StartAsync(string? data)
    {
        var folder = data ?? Directory.CreateTempSubdirectory("pacspace-bench-").FullName;
        if (data is null) File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var installation = new Installation(Path.GetFullPath(folder), data is null, FreePort());
        try
        {
            await installation.ServeAsync();
            await installation.MakeTenantAsync();
            return installation;
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    /// <summary>The runtime's setting that runs what waits for a socket on the thread that watches it.</summary>
    public const string InlineSockets = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    public HttpConnection Connect(string environment = "production") => new(_port, _keys[environment]);

    public Uri At(string path) => new($"http://127.0.0.1:{_port}{path}");

    /// <summary>Path of a customer's Shared Record, which from then on opens without a code.</summary>
    public async Task<string> ShareAsync(string customerId)
    {
        using var sharing = JsonDocument.Parse(await OperateAsync("production", "sharing", "set", customerId, "--policy", "OPEN"));
        return new Uri(sharing.RootElement.GetProperty("customerLinkUrl").GetString()!).AbsolutePath;
    }

    public CpuShare CpuNow() => new(
        ProcessFigures.CpuSeconds(ServerId), ProcessFigures.FamilyCpuSeconds(_postmaster), Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds);

    /// <summary>Runs one of PostgreSQL's programs against the cluster and gives what it printed.</summary>
    public async Task<string> RunAsync(string program, params string[] arguments)
    {
        var connection = new NpgsqlConnectionStringBuilder(Database.ConnectionString);
        string[] where = ["-h", connection.Host!, "-p", connection.Port.ToString(CultureInfo.InvariantCulture), "-U", connection.Username!];
        return await ReadAsync(Path.Combine(BinDirectory, program), [.. where, .. arguments, connection.Database!]);
    }

    /// <summary>Waits until the sealer has caught up.</summary>
    public async Task SealedAsync()
    {
        for (var since = Stopwatch.GetTimestamp(); ; await Task.Delay(20))
        {
            await using var command = Database.CreateCommand("SELECT NOT EXISTS (SELECT 1 FROM ledger_heads h JOIN ledger_seals s USING (ledger_no) WHERE h.next_index > s.sealed_index)");
            if (await command.ExecuteScalarAsync() is true) return;
            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(10)) throw new InvalidOperationException("The sealer does not catch up.");
        }
    }

    /// <summary>Registers an endpoint for webhooks and gives its id.</summary>
    public async Task<string> ListenAsync(string environment, Uri url)
    {
        using var webhook = JsonDocument.Parse(await OperateAsync(environment, "webhook", "create", "--url", url.ToString()));
        return webhook.RootElement.GetProperty("id").GetString()!;
    }

    public Task SetListeningAsync(string environment, string webhookId, bool isEnabled) =>
        OperateAsync(environment, "webhook", "update", webhookId, isEnabled ? "--enable" : "--disable");

    public async ValueTask DisposeAsync()
    {
        if (Database is not null) await Database.DisposeAsync();
        if (_server is { HasExited: false })
        {
            using var stop = Process.Start("kill", ["-TERM", _server.Id.ToString(CultureInfo.InvariantCulture)]);
            await stop.WaitForExitAsync();
            using var patience = new CancellationTokenSource(StopTimeout);
            try
            {
                await _server.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _server.Kill();
                await _server.WaitForExitAsync();
            }
        }

        _server?.Dispose();
        if (_isTemporary) Directory.Delete(_data, recursive: true);
    }

    private async Task ServeAsync()
    {
        var start = new ProcessStartInfo(HostPath(), ["serve", "--port", _port.ToString(CultureInfo.InvariantCulture), "--data", _data])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PacSpace__PublicUrl"] = At("").GetLeftPart(UriPartial.Authority);
        foreach (var limit in (string[])["Key", "Public"])
        {
            start.Environment[$"PacSpace__RateLimits__{limit}__PerSecond"] = "10000000";
            start.Environment[$"PacSpace__RateLimits__{limit}__Burst"] = "10000000";
        }

        Prepare(start);
        start.Environment["DOTNET_hostBuilder__reloadConfigOnChange"] = "false"; // watches of files are few on a shared machine
        start.Environment.Remove("ConnectionStrings__PacSpace");
        _server = Process.Start(start)!;
        var said = new StringBuilder();
        _server.OutputDataReceived += (_, line) => Keep(line.Data);
        _server.ErrorDataReceived += (_, line) => Keep(line.Data);
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();

        using var http = new HttpClient();
        for (var since = Stopwatch.GetTimestamp(); ; await Task.Delay(100))
        {
            if (_server.HasExited || Stopwatch.GetElapsedTime(since) > StartTimeout) throw new InvalidOperationException($"The server did not start:\n{said}");
            try
            {
                using var ready = await http.GetAsync(new Uri($"http://127.0.0.1:{_port}/readyz"));
                if (ready.StatusCode == HttpStatusCode.OK) break;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }

        var connection = EmbeddedPostgres.ConnectionToRunning(new EmbeddedPostgresOptions { DataDirectory = _data })
            ?? throw new InvalidOperationException("The server runs no cluster.");
        Database = NpgsqlDataSource.Create(connection);
        _postmaster = int.Parse(File.ReadLines(Path.Combine(_data, "postgres", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

        void Keep(string? line)
        {
            lock (said)
            {
                if (said.Length < 20_000) said.AppendLine(line);
            }
        }
    }

    private async Task MakeTenantAsync()
    {
        using var tenant = JsonDocument.Parse(await ReadAsync(HostPath(), ["tenant", "create", "--name", "Bench", "--unit", "tokens", "--data", _data, "--json"]));
        _tenantId = tenant.RootElement.GetProperty("tenantId").GetString()!;
        foreach (var environment in (string[])["production", "sandbox"])
        {
            using var key = JsonDocument.Parse(await OperateAsync(environment, "key", "create"));
            _keys[environment] = key.RootElement.GetProperty("apiKey").GetString()!;
        }
    }

    /// <summary>A command of the operator about the tenant.</summary>
    private Task<string> OperateAsync(string environment, params string[] command) =>
        ReadAsync(HostPath(), [.. command, "--tenant", _tenantId, "--environment", environment, "--data", _data, "--json"]);

    private static async Task<string> ReadAsync(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        Prepare(start);
        using var process = Process.Start(start)!;
        var complaints = process.StandardError.ReadToEndAsync();
        var answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? answer : throw new InvalidOperationException($"{program} ended with {process.ExitCode}:\n{await complaints}{answer}");
    }

    /// <summary>Our webhook receiver listens on loopback, where an installation sends to nobody unless it is told. The generator's own
    /// setting is not the server's.</summary>
    private static void Prepare(ProcessStartInfo start)
    {
        start.Environment["PacSpace__Webhooks__Allow__0"] = "127.0.0.0/8";
        start.Environment.Remove(InlineSockets);
    }

    /// <summary>The host built beside this program: <c>src/Portal/bin/{configuration}/{framework}/pacspace</c>.</summary>
    private static string HostPath()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.Combine(Root, "src", "Portal", "bin", own.Parent!.Name, own.Name, "pacspace");
        return File.Exists(path) ? path : throw new InvalidOperationException($"{path} is not built.");
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
