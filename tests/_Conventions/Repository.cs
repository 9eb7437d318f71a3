namespace PacSpace.Conventions.Tests;

/// <summary>A file of the project: its path from the root, with slashes, and its text.</summary>
internal sealed record SourceFile(string Path, string Text)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    public string Stem => Name.Contains('.', StringComparison.Ordinal) ? Name[..Name.IndexOf('.', StringComparison.Ordinal)] : Name;

    public string Folder => Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.LastIndexOf('/')] : "";
}

/// <summary>The files as they would be committed.</summary>
internal static class Repository
{
    private static readonly HashSet<string> Ignored = [".git", ".vs", ".idea", ".data", "bin", "obj", "TestResults", "artifacts", "node_modules"];
    private static readonly HashSet<string> TextExtensions =
        [".cs", ".cshtml", ".csproj", ".props", ".targets", ".sln", ".md", ".txt", ".sql", ".json", ".yaml", ".yml", ".css", ".js", ".html", ".sh", ".conf", ".editorconfig", ".gitignore", ""];

    public static string Root { get; } = FindRoot();

    private static readonly Lazy<IReadOnlyList<SourceFile>> All = new(() => [.. Read(Root, "")]);

    public static IReadOnlyList<SourceFile> Files => All.Value;

    public static IEnumerable<SourceFile> Under(string folder) => Files.Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal));

    public static IEnumerable<SourceFile> Named(string ending) => Files.Where(file => file.Path.EndsWith(ending, StringComparison.Ordinal));

    public static bool Exists(string path) => File.Exists(Path.Combine(Root, path)) || Directory.Exists(Path.Combine(Root, path));

    private static IEnumerable<SourceFile> Read(string folder, string prefix)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (Ignored.Contains(entry.Name) || entry.LinkTarget is not null) continue;
            if (entry is DirectoryInfo)
            {
                foreach (var file in Read(entry.FullName, prefix + entry.Name + "/")) yield return file;
            }
            else if (TextExtensions.Contains(entry.Extension))
            {
                yield return new SourceFile(prefix + entry.Name, File.ReadAllText(entry.FullName));
            }
        }
    }

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "PacSpace.sln"))) return folder;
        }

        throw new InvalidOperationException($"There is no PacSpace.sln above {AppContext.BaseDirectory}.");
    }
}
