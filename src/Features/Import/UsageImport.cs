using System.Threading.Channels;

namespace PacSpace.Features.Import;

/// <summary>Where an import stands.</summary>
/// <param name="Rows">Rows of the file that are settled, those of earlier runs included.</param>
/// <param name="RowsOfThisRun">Those that this run settled.</param>
/// <param name="Waiting">Why nothing moves at the moment, or null.</param>
public sealed record ImportProgress(
    long Rows, long RowsOfThisRun, long Bytes, long TotalBytes, long BytesAtStart, long Recorded, long Replayed, long Refused, string? Waiting);

/// <summary>One file, from the first row that is not settled to the last: cut into chunks, sent in order, remembered.</summary>
/// <remarks>
/// Chunks go out one after the other, since the order of the file is the order of each customer's records; the next one is
/// read and written while the answer is awaited. Memory: three chunks.
/// </remarks>
internal sealed class UsageImport(ImportSettings settings, UsageFile file, ChunkSender sender, string statePath, string refusedPath)
{
    /// <exception cref="ImportUseException">The file is not CSV from some line on.</exception>
    /// <exception cref="ImportStoppedException">The installation does not take the rest now.</exception>
    public async Task<ImportState> RunAsync(ImportState state, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        if (state.IsFinished) return state;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var refused = new RefusedRows(refusedPath, file.Columns, state.RefusedBytes);
        var chunks = Channel.CreateBounded<DeltaChunk>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => ReadAsync(chunks.Writer, state.ChunksDone, stop.Token), CancellationToken.None);
        var rowsBefore = state.Rows;
        long? bytesAtStart = null;
        try
        {
            await foreach (var chunk in chunks.Reader.ReadAllAsync(ct))
            {
                bytesAtStart ??= chunk.Number == 0 ? 0 : chunk.Position;
                state = await SettleAsync(chunk, state, refused, ct);
                progress?.Report(new ImportProgress(
                    state.Rows, state.Rows - rowsBefore, chunk.Position, file.Length, bytesAtStart.Value, state.Recorded, state.Replayed, state.Refused, null));
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        state = state with { IsFinished = true };
        state.Save(statePath);
        return state;
    }

    private async Task<ImportState> SettleAsync(DeltaChunk chunk, ImportState state, RefusedRows refused, CancellationToken ct)
    {
        var answer = chunk.Body is null ? new BatchAnswer(0, 0, []) : await sender.SendAsync(chunk, ct);

        // Crash window 1: recorded, and nobody here knows. The next run sends the same bytes under the same key and is told
        // the same again; past the life of keys the rows' references tell the installation that it has them.
        var rows = chunk.Refused.Concat(answer.Refused.Select(r => new RefusedRow(chunk.Rows[r.Item], r.Code, r.Message)));
        var refusedBytes = refused.Append(rows.OrderBy(r => r.Row.Line));

        // Crash window 2: as window 1; the next run cuts the refused rows back to what the state says, and writes them again.
        state = state with
        {
            ChunksDone = chunk.Number + 1,
            Rows = state.Rows + chunk.RowCount,
            Recorded = state.Recorded + answer.Recorded,
            Replayed = state.Replayed + answer.Replayed,
            Refused = state.Refused + chunk.Refused.Count + answer.Refused.Count,
            RefusedBytes = refusedBytes,
        };
        state.Save(statePath);
        return state;
    }

    private async Task ReadAsync(ChannelWriter<DeltaChunk> chunks, long skip, CancellationToken ct)
    {
        try
        {
            var mapping = new UsageMapping(settings, file.Columns, settings.FileDigest);
            foreach (var chunk in new DeltaChunks(settings, file, mapping).From(skip)) await chunks.WriteAsync(chunk, ct);
            chunks.Complete();
        }
        catch (Exception fault)
        {
            chunks.Complete(fault);
        }
    }
}
