using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>A mark in a file beside the signing key, for one machine or a shared volume that honours <c>flock</c>.</summary>
/// <remarks>
/// <code>
/// NAME        the content; only ever replaced as a whole, by a rename
/// NAME.next   the content to come; meaningless until renamed, overwritten by the next swap
/// NAME.lock   locked by whoever swaps; empty, never removed
/// </code>
/// </remarks>
public sealed partial class FileMark(string path) : IMark
{
    private const int LockExclusiveNow = 2 | 4; // LOCK_EX | LOCK_NB
    private const int OpenForLock = 2 | 0x40 | 0x80000; // O_RDWR | O_CREAT | O_CLOEXEC
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(20);

    private readonly string _path = Path.GetFullPath(path);

    private string NextPath => _path + ".next";

    private string Folder => Path.GetDirectoryName(_path)!;

    public async Task<byte[]?> ReadAsync(CancellationToken ct)
    {
        using var held = await LockAsync(ct);

        // A rename by a process that died before it flushed the folder is visible but not durable yet.
        Posix.FlushDirectory(Folder);
        return Content();
    }

    public async Task<bool> SwapAsync(ReadOnlyMemory<byte>? expected, ReadOnlyMemory<byte> next, CancellationToken ct)
    {
        using var held = await LockAsync(ct);
        var current = Content();
        var isExpected = expected is { } content ? current is not null && content.Span.SequenceEqual(current) : current is null;
        if (!isExpected) return false;
        Prepare(next.Span);

        // Crash window 1: the next content is whole in its own file, which nobody reads. The mark is the one before.
        Replace();
        return true;
    }

    internal void Prepare(ReadOnlySpan<byte> next)
    {
        using var file = new FileStream(NextPath, new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0, UnixCreateMode = OwnerOnly,
        });
        file.Write(next);
        file.Flush(flushToDisk: true);
    }

    internal void Replace()
    {
        File.Move(NextPath, _path, overwrite: true);

        // Crash window 2: renamed, the folder is not flushed. A loss of power shows either content, and the database has not
        // been told yet; a mere crash shows the next content, which ReadAsync makes durable before anybody builds on it.
        Posix.FlushDirectory(Folder);
    }

    private byte[]? Content()
    {
        try
        {
            return File.ReadAllBytes(_path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private async Task<SafeFileHandle> LockAsync(CancellationToken ct)
    {
        // Not File.OpenHandle: that takes a lock of its own kind already while it opens.
        var held = new SafeFileHandle(open(_path + ".lock", OpenForLock, (int)OwnerOnly), ownsHandle: true);
        if (held.IsInvalid) throw new IOException($"Could not open {_path}.lock.", new Win32Exception(Marshal.GetLastPInvokeError()));
        try
        {
            for (var waited = TimeSpan.Zero; flock(held, LockExclusiveNow) != 0; waited += LockRetry)
            {
                if (waited >= LockTimeout) throw new IOException($"Another process holds {_path}.lock.");
                await Task.Delay(LockRetry, ct);
            }

            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle descriptor, int operation);
}
