using System.Diagnostics;

namespace PacSpace.Verifier.Tests;

/// <summary>The verifier as it was built, run as anybody would run it.</summary>
internal static class BuiltProgram
{
    public sealed record Result(int ExitCode, string Output, string Errors, long PeakBytes)
    {
        public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static Result Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "pacspace-verify"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var peak = 0L;
        while (!process.WaitForExit(10)) peak = Math.Max(peak, PeakOf(process));
        return new(process.ExitCode, output.Result, errors.Result, peak);
    }

    private static long PeakOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }
}
