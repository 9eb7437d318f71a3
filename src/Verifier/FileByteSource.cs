using PacSpace.Evidence;

namespace PacSpace.Verifier;

/// <summary>A file on disk. Reading goes straight into the reader's own buffer.</summary>
internal sealed class FileByteSource : IByteSource, IDisposable
{
    private readonly FileStream _file;

    public FileByteSource(string path)
    {
        _file = new(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
        if (_file.CanSeek) return;
        _file.Dispose();
        throw new IOException("A file is read twice, so it cannot be a pipe.");
    }

    public void Restart() => _file.Position = 0;

    public int Read(Span<byte> buffer) => _file.Read(buffer);

    public void Dispose() => _file.Dispose();
}
