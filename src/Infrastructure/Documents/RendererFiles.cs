using System.Reflection;
using System.Security.Cryptography;

namespace PacSpace.Infrastructure.Documents;

/// <summary>The renderer's program, style sheet and fonts' configuration, which travel inside this assembly.</summary>
public static class RendererFiles
{
    private const string Prefix = "renderer/";
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly Assembly s_assembly = typeof(RendererFiles).Assembly;

    private static readonly (string Name, byte[] Bytes)[] s_files =
        [.. s_assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name => (name[Prefix.Length..], Read(name)))];

    /// <summary>Of all of them: others give other documents.</summary>
    public static string Digest { get; } = Convert.ToHexStringLower(SHA256.HashData([.. s_files.SelectMany(file => SHA256.HashData(file.Bytes))]));

    /// <summary>The folder in which they lie as files, written when they are not there. Several nodes may do so at once.</summary>
    internal static string In(string folder)
    {
        var path = Path.Combine(folder, $"renderer-{Digest[..16]}");
        if (Directory.Exists(path)) return path;
        Directory.CreateDirectory(folder);
        var written = Path.Combine(folder, $"renderer-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.tmp");
        Directory.CreateDirectory(written, OwnersOnly);
        foreach (var (name, bytes) in s_files) File.WriteAllBytes(Path.Combine(written, name), bytes);
        if (!Posix.TryRenameDirectory(written, path)) Directory.Delete(written, recursive: true);
        return path;
    }

    private static byte[] Read(string name)
    {
        using var stream = s_assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
