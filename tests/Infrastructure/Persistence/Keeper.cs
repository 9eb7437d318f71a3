using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Infrastructure.Tests.Persistence;

/// <summary>Another process that keeps an embedded cluster until it is killed: this test program once more, in another role.</summary>
internal sealed class Keeper : IDisposable
{
    private const string Role = "PACSPACE_TEST_KEEPS_CLUSTER_IN";

    private readonly Process _process;

    private Keeper(Process process, int postmasterId) => (_process, PostmasterId) = (process, postmasterId);

    public int ProcessId => _process.Id;

    public int PostmasterId { get; }

    /// <param name="data">The data folder.</param>
    /// <param name="account">The account to run under; null for our own.</param>
    public static async Task<Keeper> StartAsync(string data, string? account = null)
    {
        string[] command = account is null
            ? [Environment.ProcessPath!]
            : ["setpriv", $"--reuid={account}", "--regid=nogroup", "--clear-groups", "--", Environment.ProcessPath!];
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[Role] = data;
        start.Environment["DOTNET_CLI_HOME"] = data;
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync();
        return int.TryParse(line, CultureInfo.InvariantCulture, out var id)
            ? new Keeper(process, id)
            : throw new InvalidOperationException($"The keeper said {line}\n{await process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>The tether is the one process that has the cluster's path as its name (<c>$0</c>) and is not PostgreSQL.</summary>
    public static int TetherOf(string cluster) => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Single(id => id > 1 && CommandLineOf(id) is [.., var last] && last == cluster);

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    // Before Main, so that no test framework starts in a keeper. Everything awaited lives in other assemblies: this one
    // is not open to other threads before its initializer has ended.
#pragma warning disable CA2255 // This is an application.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void PlayTheRole()
    {
        if (Environment.GetEnvironmentVariable(Role) is not { } data) return;
        var postgres = EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataDirectory = data }).GetAwaiter().GetResult();
        Console.WriteLine(postgres.PostmasterId.ToString(CultureInfo.InvariantCulture));
        Thread.Sleep(Timeout.Infinite);
    }

    private static string[] CommandLineOf(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline").TrimEnd('\0').Split('\0');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
