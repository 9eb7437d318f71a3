using System.Diagnostics;
using System.Globalization;

namespace PacSpace.Infrastructure.Persistence;

/// <summary>The PostgreSQL processes that work in one cluster folder, known by what the kernel says about them.</summary>
/// <remarks>
/// A process id out of a file proves nothing: after a crash or a reboot the number may belong to anybody. Every process
/// of a cluster is named <c>postgres</c> and has the cluster folder as its working directory, and that is what is looked
/// at before a signal is sent. Only the holder of the data folder's lock calls these.
/// </remarks>
internal static class ClusterProcesses
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(20);

    /// <summary>True when this process is alive and works in the folder.</summary>
    public static bool IsOf(string clusterDirectory, int processId)
    {
        try
        {
            // A process that has ended but was not collected yet (a zombie) has no working directory any more.
            return new FileInfo($"/proc/{processId}/cwd").LinkTarget == clusterDirectory
                && File.ReadAllText($"/proc/{processId}/comm").TrimEnd() is "postgres" or "postmaster";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public static IReadOnlyList<int> Of(string clusterDirectory) =>
        [.. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 1 && IsOf(clusterDirectory, id))];

    /// <summary>Ends whatever still works in the folder: politely what has a postmaster (SIGINT, a fast shutdown with its
    /// checkpoint), at once what has lost its own (SIGQUIT; the next start replays the log).</summary>
    /// <returns>The number of processes found.</returns>
    public static async Task<int> EndLeftoversAsync(string clusterDirectory, TimeSpan politeness, CancellationToken ct)
    {
        var found = Of(clusterDirectory);
        if (found.Count == 0) return 0;

        if (PostmasterFile.Read(clusterDirectory) is { } file && found.Contains(file.ProcessId))
        {
            Posix.Signal(file.ProcessId, Posix.SigInt);
            if (await AllGoneAsync(clusterDirectory, politeness, ct)) return found.Count;
        }

        foreach (var signal in (int[])[Posix.SigQuit, Posix.SigKill])
        {
            foreach (var id in Of(clusterDirectory)) Posix.Signal(id, signal);
            if (await AllGoneAsync(clusterDirectory, TimeSpan.FromSeconds(5), ct)) return found.Count;
        }

        throw new EmbeddedPostgresException(
            $"Processes {string.Join(", ", Of(clusterDirectory))} still work in {clusterDirectory} and do not end.");
    }

    private static async Task<bool> AllGoneAsync(string clusterDirectory, TimeSpan patience, CancellationToken ct)
    {
        var since = Stopwatch.GetTimestamp();
        while (Of(clusterDirectory).Count > 0)
        {
            if (Stopwatch.GetElapsedTime(since) > patience) return false;
            await Task.Delay(LookAgainAfter, ct);
        }

        return true;
    }
}

/// <summary>What a running server writes into its <c>postmaster.pid</c>.</summary>
/// <param name="ProcessId">The first line.</param>
/// <param name="Status">The eighth line: <c>starting</c>, <c>ready</c>, <c>standby</c> or <c>stopping</c>; empty until written.</param>
internal sealed record PostmasterFile(int ProcessId, string Status)
{
    private const int StatusLine = 7;

    public static string PathIn(string clusterDirectory) => Path.Combine(clusterDirectory, "postmaster.pid");

    /// <summary>Null when there is none, or none that can be understood.</summary>
    public static PostmasterFile? Read(string clusterDirectory)
    {
        try
        {
            var lines = File.ReadAllLines(PathIn(clusterDirectory));
            return lines.Length > 0 && int.TryParse(lines[0], CultureInfo.InvariantCulture, out var id) && id > 1
                ? new PostmasterFile(id, lines.Length > StatusLine ? lines[StatusLine].Trim() : "")
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
