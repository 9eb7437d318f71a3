using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using PacSpace.Testing;
using PacSpace.Transcripts.Tests;
using Xunit;

[assembly: AssemblyFixture(typeof(DemoServer))]

namespace PacSpace.Transcripts.Tests;

/// <summary>The built program with a fresh demo, as <c>./dev run</c> starts it: its own PostgreSQL, its own folder, a free
/// loopback port. It is stopped as an operator stops it.</summary>
public sealed class DemoServer : IAsyncLifetime
{
    private const string AllowSetting = "PacSpace__Webhooks__Allow__0";
    private const string Loopback = "127.0.0.0/8";
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(4);

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _said = [];
    private Process _process = null!;

    /// <summary>What <c>PACSPACE_DATA</c> names.</summary>
    public string DataFolder => _folder.Combine("data");

    /// <summary>A member of <c>demo.json</c>.</summary>
    public string this[string member] => _demo.GetProperty(member).GetString()!;

    private JsonElement _demo;

    public HttpClient Client { get; private set; } = null!;

    public static string Program(string name) => Path.Combine(AppContext.BaseDirectory, name);

    public async ValueTask InitializeAsync()
    {
        var port = FreePort();
        var start = new ProcessStartInfo(Program("pacspace"), ["serve", "--demo", "--port", port.ToString(CultureInfo.InvariantCulture), "--data", DataFolder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("ConnectionStrings__PacSpace");
        start.Environment["PacSpace__RateLimits__Public__Burst"] = "10000"; // every test asks from one address
        start.Environment[AllowSetting] = Loopback;
        start.Environment["PacSpace__VerifierCommand"] = "./dev verify";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Client = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}") };
        await Eventually.HoldsAsync(IsReadyAsync, LongestStart);
        _demo = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(DataFolder, "demo.json"))).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        using (var signal = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)])) await signal.WaitForExitAsync();
        await _process.WaitForExitAsync();
        Assert.True(_process.ExitCode == 0, $"The server ended with {_process.ExitCode}:\n{Said()}");
        _process.Dispose();
        Client.Dispose();
        _folder.Dispose();
    }

    /// <summary>What an operator's command beside the server answers to <c>--json</c>.</summary>
    public async Task<JsonElement> OperateAsync(params string[] words)
    {
        var start = new ProcessStartInfo(Program("pacspace"), [.. words, "--data", DataFolder, "--json"]) { RedirectStandardOutput = true };
        start.Environment.Remove("ConnectionStrings__PacSpace");
        start.Environment[AllowSetting] = Loopback;
        using var command = Process.Start(start)!;
        var text = await command.StandardOutput.ReadToEndAsync();
        await command.WaitForExitAsync();
        return command.ExitCode == 0 ? JsonDocument.Parse(text).RootElement : throw new InvalidOperationException($"pacspace {string.Join(' ', words)} ended with {command.ExitCode}: {text}");
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process.HasExited) throw new InvalidOperationException($"The server ended with {_process.ExitCode}:\n{Said()}");
        try
        {
            using var answer = await Client.GetAsync(new Uri("/readyz", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false; // nothing listens yet: the demo is made before
        }
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_said) _said.Add(line);
    }

    private string Said()
    {
        lock (_said) return string.Join('\n', _said.TakeLast(30));
    }
}
