using System.Globalization;

namespace PacSpace.Infrastructure.Persistence;

/// <summary>One installed version of PostgreSQL's server programs.</summary>
internal sealed record PostgresBinaries(string Directory)
{
    private const string DebianRoot = "/usr/lib/postgresql";
    private const string HowToInstall = "Install it with: apt-get install -y --no-install-recommends postgresql (./dev does this for you).";

    public string Server => Path.Combine(Directory, "postgres");

    public string InitDb => Path.Combine(Directory, "initdb");

    /// <summary>The programs for a cluster of this major version, or the newest ones when there is no cluster yet.</summary>
    /// <remarks>Debian's versioned folders come before PATH, since what stands on PATH is often a wrapper.</remarks>
    public static PostgresBinaries Find(string? directory, string? clusterVersion)
    {
        if (directory is not null)
        {
            return IsComplete(directory)
                ? new PostgresBinaries(directory)
                : throw new EmbeddedPostgresException($"There are no programs postgres and initdb in {directory}.");
        }

        if (clusterVersion is not null)
        {
            var own = Path.Combine(DebianRoot, clusterVersion, "bin");
            if (IsComplete(own)) return new PostgresBinaries(own);
        }

        var found = Candidates().FirstOrDefault(IsComplete)
            ?? throw new EmbeddedPostgresException($"PostgreSQL's server programs were not found in {DebianRoot}/*/bin or on PATH. {HowToInstall}");
        return new PostgresBinaries(found);
    }

    private static IEnumerable<string> Candidates()
    {
        if (System.IO.Directory.Exists(DebianRoot))
        {
            var versions = System.IO.Directory.EnumerateDirectories(DebianRoot)
                .Select(path => (Path: path, Major: int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var major) ? major : 0))
                .OrderByDescending(version => version.Major);
            foreach (var version in versions) yield return Path.Combine(version.Path, "bin");
        }

        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            // A link on PATH leads to the folder that holds the whole family.
            var server = new FileInfo(Path.Combine(folder, "postgres"));
            if (server.Exists) yield return Path.GetDirectoryName((server.ResolveLinkTarget(returnFinalTarget: true) ?? server).FullName)!;
        }
    }

    private static bool IsComplete(string directory) =>
        File.Exists(Path.Combine(directory, "postgres")) && File.Exists(Path.Combine(directory, "initdb"));
}
