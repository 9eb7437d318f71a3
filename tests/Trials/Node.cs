using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PacSpace.Testing;

namespace PacSpace.Trials.Tests;

/// <summary>A place where <c>pacspace serve</c> runs: always the same port, one process after another.</summary>
internal sealed class Node(string name, string data, IReadOnlyDictionary<string, string> environment, HttpClient http) : IAsyncDisposable
{
    private const int LinesKept = 400;
    private readonly ConcurrentQueue<string> _said = new();
    private Process? _process;

    public string Name => name;

    public int Port { get; } = FreePort();

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}"));

    public int ProcessId => _process!.Id;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>False while it must not be asked: its process is suspended.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>The last lines that its processes wrote.</summary>
    public string Said => string.Join('\n', _said);

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts the program; completes when it answers anything.</summary>
    public async Task StartAsync()
    {
        var process = Programs.Start(Programs.Server, ["serve", "--port", Port.ToString(CultureInfo.InvariantCulture), "--data", data], environment);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        (_process, IsOpen) = (process, true);
        await Eventually.HoldsAsync(async () => await StatusAsync("/healthz") == 200 || (process.HasExited ? throw Ended(process) : false), TimeSpan.FromMinutes(2));
    }

    public Task ReadyAsync() => Eventually.HoldsAsync(async () => await StatusAsync("/readyz") == 200, TimeSpan.FromMinutes(1));

    /// <summary>Null when there was no answer.</summary>
    public async Task<int?> StatusAsync(string path)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(Address, path));
            return (int)answer.StatusCode;
        }
        catch (Exception unanswered) when (unanswered is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        Programs.Signal("TERM", ProcessId);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await _process!.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public void Suspend()
    {
        IsOpen = false;
        Programs.Signal("STOP", ProcessId);
    }

    public void Resume()
    {
        Programs.Signal("CONT", ProcessId);
        IsOpen = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (!IsRunning) return;
        Programs.Signal("CONT", ProcessId);
        await StopAsync();
    }

    private InvalidOperationException Ended(Process process) => new($"The server ended with exit code {process.ExitCode}. It said:\n{Said}");

    private void Keep(string? line)
    {
        if (line is null) return;
        _said.Enqueue(line);
        if (_said.Count > LinesKept) _said.TryDequeue(out _);
    }
}
