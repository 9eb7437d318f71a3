using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace PacSpace.Infrastructure.Documents;

/// <summary>Keeps rendered documents as files, under the hash of what they say, so that each is rendered once.</summary>
/// <remarks>
/// A cache and nothing more: a document that is gone is rendered again, to the same bytes. Files appear whole (written aside,
/// flushed, renamed), so several nodes may share the folder. When there is too much, what was not asked for longest goes first.
/// </remarks>
public sealed class DocumentStore
{
    private static readonly TimeSpan s_leftBehind = TimeSpan.FromHours(1);

    private readonly RendererOptions _options;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, Lazy<Task>> _making = new();

    public DocumentStore(RendererOptions options, TimeProvider clock) => (_options, _clock) = (options, clock);

    /// <summary>The document that says this; made now when it is not kept, once for all who ask meanwhile.</summary>
    /// <param name="content">Everything that the document says.</param>
    /// <param name="make">Goes on when a caller goes away, since others wait and the next will ask again.</param>
    /// <param name="ct">Stops the wait.</param>
    public async Task<KeptDocument> GetAsync(ReadOnlyMemory<byte> content, Func<Stream, Task> make, CancellationToken ct)
    {
        var path = Path.Combine(_options.Folder, $"{Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(_options.Revision), .. content.Span]))}.pdf");
        while (true)
        {
            if (TryOpen(path) is { } kept) return kept;
            var making = _making.GetOrAdd(path, static (path, it) => new Lazy<Task>(() => it.Store.KeepAsync(path, it.Make)), (Store: this, Make: make));
            try
            {
                await making.Value.WaitAsync(ct);
            }
            finally
            {
                if (making.Value.IsCompleted) _making.TryRemove(new KeyValuePair<string, Lazy<Task>>(path, making));
            }
        }
    }

    /// <summary>A document that is not kept, since it would say something else the next time.</summary>
    public async Task<KeptDocument> MakeAsync(Func<Stream, Task> make)
    {
        var path = await WriteAsync(make);
        var document = TryOpen(path) ?? throw new IOException("A document is gone that was written a moment ago.");
        File.Delete(path);
        return document;
    }

    private async Task KeepAsync(string path, Func<Stream, Task> make)
    {
        var written = await WriteAsync(make);
        File.Move(written, path, overwrite: true);
        MakeRoom();
    }

    private async Task<string> WriteAsync(Func<Stream, Task> make)
    {
        Directory.CreateDirectory(_options.Folder);
        var path = Path.Combine(_options.Folder, $"{RandomNumberGenerator.GetHexString(32, lowercase: true)}.tmp");
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous);
            await make(file);
            await file.FlushAsync();
            file.Flush(flushToDisk: true); // after a power failure a name must not stand for an empty file
            return path;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private KeptDocument? TryOpen(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
            File.SetLastWriteTimeUtc(file.SafeFileHandle, _clock.GetUtcNow().UtcDateTime); // the order in which files go
            return new KeptDocument(file);
        }
        catch (IOException gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private void MakeRoom()
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        var files = new DirectoryInfo(_options.Folder).GetFiles().OrderByDescending(file => file.LastWriteTimeUtc).ToList();
        var kept = 0L;
        foreach (var file in files)
        {
            if (file.Extension == ".tmp")
            {
                if (now - file.LastWriteTimeUtc > s_leftBehind) file.Delete();
                continue;
            }

            // The newest stays, however large: somebody is about to read it.
            if (kept > 0 && kept + file.Length > _options.MaxKeptBytes) file.Delete();
            else kept += file.Length;
        }
    }
}

/// <summary>A rendered document, readable though its file may be gone from the folder meanwhile.</summary>
public sealed class KeptDocument(FileStream file) : IAsyncDisposable
{
    /// <summary>In bytes.</summary>
    public long Length { get; } = file.Length;

    public Task CopyToAsync(Stream to, CancellationToken ct) => file.CopyToAsync(to, ct);

    public ValueTask DisposeAsync() => file.DisposeAsync();
}
