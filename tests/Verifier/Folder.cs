namespace PacSpace.Verifier.Tests;

/// <summary>A folder of its own for each test, gone afterwards.</summary>
internal sealed class Folder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("pacspace-verify-").FullName;

    public string File(string name, string text)
    {
        var path = Path.Combine(_path, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public string File(string name, byte[] bytes)
    {
        var path = Path.Combine(_path, name);
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }

    public string Name(string name) => Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
