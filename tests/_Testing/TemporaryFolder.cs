using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Testing;

/// <summary>A folder of its own under the machine's temporary folder, removed at the end.</summary>
/// <remarks>Other accounts may pass through, since PostgreSQL's server runs under its own when the tests run as root. The
/// folder holds a lock for as long as its process lives; one that is not locked was left by a test run that was killed.</remarks>
public sealed class TemporaryFolder : IDisposable
{
    private const string Prefix = "pacspace-test-";
    private const string LockName = ".in-use";
    private static readonly TimeSpan LongestMaking = TimeSpan.FromHours(1);

    private readonly FileStream _lock;

    public TemporaryFolder()
    {
        Path = Directory.CreateTempSubdirectory(Prefix).FullName;
        _lock = Lock(Path, FileMode.CreateNew);
        File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    public string Path { get; }

    public static implicit operator string(TemporaryFolder folder) => folder.Path;

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        _lock.Dispose();
    }

    /// <summary>Removes what killed test runs left, and stops the PostgreSQL that may still run in it.</summary>
    public static async Task SweepAsync()
    {
        foreach (var folder in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*"))
        {
            try
            {
                // Without a lock yet it is being made, unless that was long ago: then a sweep was killed half-way.
                var isAbandoned = DateTime.UtcNow - Directory.GetLastWriteTimeUtc(folder) > LongestMaking;
                await using var unused = Lock(folder, isAbandoned ? FileMode.OpenOrCreate : FileMode.Open);
                foreach (var held in Directory.EnumerateFiles(folder, "postgres.lock", SearchOption.AllDirectories).ToList())
                {
                    await EmbeddedPostgres.TryEndLeftoversAsync(System.IO.Path.GetDirectoryName(held)!, CancellationToken.None);
                }

                Directory.Delete(folder, recursive: true);
            }
            catch (Exception inUse) when (inUse is IOException or UnauthorizedAccessException)
            {
                // Locked by a living test process, another account's, or being made.
            }
        }
    }

    /// <summary>FileShare.None is an exclusive lock that ends with the process, however it ends.</summary>
    private static FileStream Lock(string folder, FileMode mode) =>
        new(System.IO.Path.Combine(folder, LockName), mode, FileAccess.ReadWrite, FileShare.None);
}
