using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace PacSpace.Infrastructure;

/// <summary>The few calls of the C library that .NET does not offer and that files and processes which must survive
/// a crash need. A failed call is an <see cref="IOException"/> that names the path and the reason.</summary>
internal static partial class Posix
{
    public const int SigInt = 2;
    public const int SigQuit = 3;
    public const int SigKill = 9;

    private const int NoSuchProcess = 3;       // ESRCH
    private const int AlreadyExists = 17;      // EEXIST
    private const int NotEmpty = 39;           // ENOTEMPTY
    private const int LongestPathBytes = 4096; // PATH_MAX
    private const int ReadOnlyAndClosedOnExec = 0x80000; // O_RDONLY | O_CLOEXEC

    public static bool IsRoot => geteuid() == 0;

    public static uint UserId => geteuid();

    /// <summary>The path with every symbolic link resolved, as <c>/proc/PID/cwd</c> shows it.</summary>
    public static string RealPath(string path)
    {
        var resolved = new byte[LongestPathBytes];
        if (realpath(path, resolved) == 0) throw Failure("resolve", path);
        return Encoding.UTF8.GetString(resolved, 0, Array.IndexOf(resolved, (byte)0));
    }

    /// <summary>False when there is no such process (any more).</summary>
    public static bool Signal(int processId, int signal)
    {
        // 0 and negative numbers address whole groups, which is never meant here.
        ArgumentOutOfRangeException.ThrowIfLessThan(processId, 2);
        if (kill(processId, signal) == 0) return true;
        if (Marshal.GetLastPInvokeError() == NoSuchProcess) return false;
        throw Failure($"send signal {signal} to process", processId.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    public static void ChangeOwner(string path, uint userId, uint groupId)
    {
        if (lchown(path, userId, groupId) != 0) throw Failure("change the owner of", path);
    }

    /// <summary>Renames a directory. False when the target exists and holds something; then nothing was done.</summary>
    public static bool TryRenameDirectory(string from, string to)
    {
        if (rename(from, to) == 0) return true;
        if (Marshal.GetLastPInvokeError() is AlreadyExists or NotEmpty) return false;
        throw Failure($"rename {from} to", to);
    }

    /// <summary>Makes names created, renamed or removed in a directory durable (a file's own bytes are flushed by
    /// <see cref="FileStream.Flush(bool)"/>).</summary>
    public static void FlushDirectory(string path)
    {
        var descriptor = open(path, ReadOnlyAndClosedOnExec);
        if (descriptor < 0) throw Failure("open", path);
        try
        {
            if (fsync(descriptor) != 0) throw Failure("flush", path);
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    private static IOException Failure(string what, string path)
    {
        var reason = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"Could not {what} {path}: {reason.Message}.", reason);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint realpath(string path, [Out] byte[] resolved);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int processId, int signal);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int lchown(string path, uint userId, uint groupId);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
