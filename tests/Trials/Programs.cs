using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace PacSpace.Trials.Tests;

/// <summary>The programs as they are built, and processes that run them.</summary>
internal static class Programs
{
    private static readonly string s_root = FindRoot();
    private static readonly string s_build = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')))!;
    private static readonly Lazy<Process> s_tether = new(StartTether);

    public static string Root => s_root;

    public static string Server { get; } = Built("Portal", "pacspace");

    public static string Verifier { get; } = Built("Verifier", "pacspace-verify");

    /// <summary>Runs a program to its end.</summary>
    public static async Task<ProgramResult> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(program, arguments, environment);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new ProgramResult(process.ExitCode, await output, await errors);
    }

    /// <summary>It ends with the test process at the latest, however that ends.</summary>
    public static Process Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };

        // A built program looks for the runtime in the usual places only; ours may be elsewhere.
        if (!start.Environment.ContainsKey("DOTNET_ROOT")) start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        foreach (var ours in start.Environment.Keys.Where(name => name.StartsWith("ConnectionStrings__", StringComparison.Ordinal) || name.StartsWith("PacSpace__", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(ours);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;

        var process = Process.Start(start)!;
        lock (s_tether) s_tether.Value.StandardInput.WriteLine(process.Id.ToString(CultureInfo.InvariantCulture));
        return process;
    }

    /// <param name="signal">Its name, such as <c>TERM</c>.</param>
    public static void Signal(string signal, params IReadOnlyCollection<int> processes)
    {
        if (processes.Any(id => id < 2)) throw new ArgumentException("That is no process of ours.", nameof(processes));
        using var kill = Process.Start("/bin/kill", [$"-{signal}", .. processes.Select(id => id.ToString(CultureInfo.InvariantCulture))]);
        kill.WaitForExit();
    }

    private static string Built(string project, string program) => Path.Combine(s_root, "src", project, "bin", s_build, "net10.0", program);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PacSpace.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("These tests run from where they are built.");
    }

    /// <summary>Ends what was started when the pipe that only we hold open closes.</summary>
    private static Process StartTether() => Process.Start(new ProcessStartInfo("setsid",
    [
        "/bin/sh", "-c",
        """
        exec >/dev/null 2>&1
        while read -r id; do ids="$ids $id"; done
        for id in $ids; do case $(readlink "/proc/$id/exe") in "$0"|"$1") kill -KILL "$id" ;; esac; done
        """,
        Server, Verifier,
    ]) { RedirectStandardInput = true })!.Feeding();

    private static Process Feeding(this Process tether)
    {
        tether.StandardInput.AutoFlush = true;
        return tether;
    }
}

internal sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Errors}";
}
