using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PacSpace.Infrastructure.Documents;

/// <summary>One running <c>render.py</c>, which says what the frames are. For one job at a time.</summary>
/// <remarks>
/// It runs under limits of the kernel (<c>prlimit</c>): address space, processor time, and no file can be written. It is given
/// HTML and nothing else: no address of the database, no environment of ours. Whatever goes wrong ends the process; the next job
/// gets a fresh one.
/// </remarks>
internal sealed class RendererProcess : IDisposable
{
    private const int HeadBytes = 5;
    private const int MaxFrameBytes = 1 << 20;
    private const int MaxReasonChars = 500;

    /// <summary>A process that has done so much is replaced, whatever it holds on to.</summary>
    private const int MaxPages = 2_000;

    private readonly RendererOptions _options;
    private readonly Process _process;
    private readonly Stream _in;
    private readonly Stream _out;
    private readonly Task<string> _complaint;
    private readonly byte[] _head = new byte[HeadBytes];
    private byte[] _frame = new byte[1 << 16];
    private int _pages;

    private RendererProcess(RendererOptions options, Process process)
    {
        (_options, _process) = (options, process);
        (_in, _out) = (process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
        _complaint = ReadComplaintAsync(process.StandardError);
    }

    /// <summary>False once it has failed or served long enough.</summary>
    public bool IsFit => _pages < MaxPages && !_process.HasExited;

    /// <exception cref="RendererUnavailableException">It cannot be started; the message says why.</exception>
    public static async Task<RendererProcess> StartAsync(RendererOptions options, CancellationToken ct)
    {
        RendererProcess started;
        try
        {
            started = new RendererProcess(options, Process.Start(StartInfo(options))!);
        }
        catch (Win32Exception missing)
        {
            throw new RendererUnavailableException($"The document renderer cannot be started: {missing.Message}", missing);
        }

        try
        {
            await started.WithinAsync(options.LongestSilence, started.BecomeReadyAsync, ct);
            return started;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            started.Kill();

            // Nothing of any document was given to it yet, so what it complained of is for the operator.
            var complaint = await started._complaint;
            started.Dispose();
            throw new RendererUnavailableException($"The document renderer does not start: {(complaint.Length > 0 ? complaint : failure.Message)}", failure);
        }
        catch
        {
            started.Dispose();
            throw;
        }
    }

    /// <exception cref="RendererUnavailableException">Nothing usable came of it; the process is of no use any more.</exception>
    public async Task RenderAsync(RenderJob job, Stream to, CancellationToken ct)
    {
        try
        {
            await WithinAsync(
                _options.LongestJob,
                async watch =>
                {
                    await SendAsync(job, watch, ct);
                    await ReceiveAsync(to, watch);
                },
                ct);
            _pages += job.PageCount;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            Kill();
            throw new RendererUnavailableException($"The document could not be rendered: {failure.Message}", failure);
        }
        catch
        {
            // Half a job stands in its pipes.
            Kill();
            throw;
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private static ProcessStartInfo StartInfo(RendererOptions options)
    {
        var program = RendererFiles.In(options.Folder);
        IReadOnlyList<string> renderer = options.Command ?? [options.Python, "-I", "-B", Path.Combine(program, "render.py"), Path.Combine(program, "document.css")];
        string[] command =
        [
            "prlimit", string.Create(CultureInfo.InvariantCulture, $"--as={options.MaxMemoryBytes}"),
            string.Create(CultureInfo.InvariantCulture, $"--cpu={(long)options.MaxProcessorTime.TotalSeconds}"), "--fsize=0", "--core=0", "--", .. renderer,
        ];
        var temporary = Directory.CreateDirectory(Path.Combine(options.Folder, "tmp")).FullName;
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = temporary,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        start.Environment["LANG"] = "C.UTF-8";
        start.Environment["TMPDIR"] = temporary;
        start.Environment["HOME"] = temporary;
        start.Environment["FONTCONFIG_FILE"] = Path.Combine(program, "fonts.conf");
        start.Environment["SOURCE_DATE_EPOCH"] = "0"; // what a font subset says of its time
        return start;
    }

    private async Task BecomeReadyAsync(Watch watch)
    {
        if (await ReadFrameAsync(watch) is not ('R', _)) throw new InvalidDataException("it did not say that it is ready");
    }

    private async Task SendAsync(RenderJob job, Watch watch, CancellationToken ct)
    {
        var attachment = job.Attachment;
        await WriteFrameAsync('J', JsonSerializer.SerializeToUtf8Bytes(new
        {
            pages = job.PageCount,
            identifier = job.Identifier,
            attachment = attachment is null ? null : new
            {
                name = attachment.Name,
                type = attachment.ContentType,
                description = attachment.Description,
                relationship = attachment.Relationship,
                modified = attachment.ModifiedAt.UtcDateTime.ToString("'D:'yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture),
            },
        }), watch);
        if (attachment is not null) await WriteFrameAsync('A', attachment.Bytes, watch);
        await foreach (var part in job.Parts.WithCancellation(ct)) await WriteFrameAsync('H', part, watch);
        await WriteFrameAsync('E', default, watch);
    }

    private async Task ReceiveAsync(Stream to, Watch watch)
    {
        for (var total = 0L; ;)
        {
            var (kind, length) = await ReadFrameAsync(watch);
            switch (kind)
            {
                case 'P':
                    total += length;
                    if (total > _options.MaxDocumentBytes) throw new InvalidDataException("the document is too big");
                    await to.WriteAsync(_frame.AsMemory(0, length));
                    break;
                case 'D':
                    return;
                case 'X':
                    throw new InvalidDataException(Encoding.UTF8.GetString(_frame.AsSpan(0, Math.Min(length, MaxReasonChars))));
                default:
                    throw new InvalidDataException("it answered something else than a document");
            }
        }
    }

    /// <summary>Pipes cannot be waited for with a limit: when the time is over the process is killed, which ends its pipes.</summary>
    private async Task WithinAsync(TimeSpan limit, Func<Watch, Task> work, CancellationToken ct)
    {
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(ct);
        whole.CancelAfter(limit);
        using var watch = new Watch(_options.LongestSilence, Kill, whole.Token);
        try
        {
            await work(watch);
        }
        catch (IOException) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(ct);
        }
        catch (IOException) when (watch.HasEnded)
        {
            throw new InvalidDataException("it took too long");
        }
    }

    private async Task WriteFrameAsync(char kind, ReadOnlyMemory<byte> payload, Watch watch)
    {
        watch.Progress();
        _head[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(_head.AsSpan(1), payload.Length);
        await _in.WriteAsync(_head);
        await _in.WriteAsync(payload);
        await _in.FlushAsync();
        watch.Progress();
    }

    private async Task<(char Kind, int Length)> ReadFrameAsync(Watch watch)
    {
        await _out.ReadExactlyAsync(_head);
        var length = BinaryPrimitives.ReadInt32BigEndian(_head.AsSpan(1));
        if (length is < 0 or > MaxFrameBytes) throw new InvalidDataException("it answered something that is no frame");
        if (_frame.Length < length) _frame = new byte[length];
        await _out.ReadExactlyAsync(_frame.AsMemory(0, length));
        watch.Progress();
        return ((char)_head[0], length);
    }

    /// <summary>Read to the end, so that a full pipe stops nobody; only the beginning is kept.</summary>
    private static async Task<string> ReadComplaintAsync(StreamReader errors)
    {
        var last = "";
        while (await errors.ReadLineAsync() is { } line)
            if (line.Length > 0) last = line.Length > MaxReasonChars ? line[..MaxReasonChars] : line;
        return last;
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>Runs out when nothing moves for too long, or when the token says so.</summary>
    private sealed class Watch : IDisposable
    {
        private readonly TimeSpan _longestSilence;
        private readonly CancellationTokenSource _silence;
        private readonly CancellationTokenRegistration _end;

        public Watch(TimeSpan longestSilence, Action end, CancellationToken whole)
        {
            _longestSilence = longestSilence;
            _silence = CancellationTokenSource.CreateLinkedTokenSource(whole);
            _end = _silence.Token.Register(end);
            Progress();
        }

        public bool HasEnded => _silence.IsCancellationRequested;

        public void Progress()
        {
            if (!HasEnded) _silence.CancelAfter(_longestSilence);
        }

        public void Dispose()
        {
            _end.Dispose();
            _silence.Dispose();
        }
    }
}
