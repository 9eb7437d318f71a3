using System.Runtime.InteropServices;
using PacSpace.Features;
using PacSpace.Features.Commands;

namespace PacSpace.Portal;

/// <summary>The program's first word: <c>serve</c>, or one of the operator's commands.</summary>
internal static class CommandLine
{
    private const int UsageExitCode = 2;
    private const int FaultExitCode = 3;

    public static Task<int> RunAsync(string[] args) => args is ["serve", .. var rest] ? ServeAsync(rest) : OperateAsync(args);

    private static async Task<int> OperateAsync(string[] args)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await new OperatorCommands(Server.Configuration(), Console.Out, Console.Error).RunAsync(args, stop.Token);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<int> ServeAsync(string[] args)
    {
        if (!ServeOptions.TryRead(args, out var options, out var complaint))
        {
            await Console.Error.WriteLineAsync($"pacspace: {complaint}\n{ServeOptions.Usage}");
            return UsageExitCode;
        }

        try
        {
            await Server.RunAsync(options);
            return 0;
        }
        catch (InstallationException failure)
        {
            await Console.Error.WriteLineAsync($"pacspace: {failure.Message}");
            return FaultExitCode;
        }
        catch (IOException failure) when (failure.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"pacspace: {failure.Message}");
            return FaultExitCode;
        }
    }
}
