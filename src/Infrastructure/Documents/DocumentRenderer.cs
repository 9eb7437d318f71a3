using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PacSpace.Infrastructure.Documents;

/// <summary>Renders documents with a bounded number of warm processes, the first of which is started for the first document.</summary>
public sealed class DocumentRenderer(RendererOptions options, ILogger<DocumentRenderer> logger) : IDisposable
{
    private readonly ConcurrentBag<RendererProcess> _idle = [];
    private readonly SemaphoreSlim _free = new(options.Workers);
    private readonly SemaphoreSlim _freeForLarge = new(1);

    /// <summary>Writes the PDF/A-3b: for the same job, and the same packages installed, the same bytes.</summary>
    /// <param name="to">Holds a part of a document when this fails.</param>
    /// <exception cref="RendererUnavailableException">No document now; try later.</exception>
    public async Task RenderAsync(RenderJob job, Stream to, CancellationToken ct)
    {
        if (!job.IsLarge)
        {
            await RenderInTurnAsync(job, to, ct);
            return;
        }

        if (!await _freeForLarge.WaitAsync(options.LongestWait, ct)) throw Busy();
        try
        {
            await RenderInTurnAsync(job, to, ct);
        }
        finally
        {
            _freeForLarge.Release();
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var process)) process.Dispose();
        _free.Dispose();
        _freeForLarge.Dispose();
    }

    private async Task RenderInTurnAsync(RenderJob job, Stream to, CancellationToken ct)
    {
        if (!await _free.WaitAsync(options.LongestWait, ct)) throw Busy();
        RendererProcess? process = null;
        try
        {
            process = await TakeAsync(ct);
            await process.RenderAsync(job, to, ct);
        }
        catch (RendererUnavailableException failure)
        {
            logger.LogWarning("{Failure}", failure.Message);
            throw;
        }
        finally
        {
            if (process is { IsFit: true }) _idle.Add(process);
            else process?.Dispose();
            _free.Release();
        }
    }

    private async Task<RendererProcess> TakeAsync(CancellationToken ct)
    {
        while (_idle.TryTake(out var process))
        {
            if (process.IsFit) return process;
            process.Dispose();
        }

        return await RendererProcess.StartAsync(options, ct);
    }

    private static RendererUnavailableException Busy() => new("All renderers are busy");
}
