using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Import;

internal sealed class ImportUsageHandler(TimeProvider clock) : IRequestHandler<ImportUsage, Outcome<UsageImported>>
{
    public async Task<Outcome<UsageImported>> Handle(ImportUsage request, CancellationToken ct)
    {
        var statePath = request.State ?? request.File + ".import.json";
        var refusedPath = request.File + ".refused.csv";
        try
        {
            var settings = await SettingsAsync(request, ct);
            using var alone = BeAlone(statePath);
            var state = ImportState.Load(statePath, settings);
            using var file = UsageFile.Open(request.File, settings.Delimiter);
            _ = new UsageMapping(settings, file.Columns, settings.FileDigest); // a wrong expression is refused before anything is sent

            var progress = new Relay(request.Progress);
            var patience = TimeSpan.FromSeconds(request.PatienceSeconds);
            using var sender = new BatchSender(new Uri(request.Url), request.Key, clock, patience, progress.Wait);
            var chunks = new ChunkSender(sender, clock, patience, progress.Wait);
            try
            {
                state = await new UsageImport(settings, file, chunks, statePath, refusedPath).RunAsync(state, progress, ct);
                return Answer(state, null);
            }
            catch (ImportStoppedException stopped)
            {
                return Answer(ImportState.Load(statePath, settings), stopped.Message);
            }
        }
        catch (ImportUseException wrong)
        {
            return new Refusal(RefusalCode.ValidationError, wrong.Message);
        }

        UsageImported Answer(ImportState state, string? stopped) =>
            new(state.Rows, state.Recorded, state.Replayed, state.Refused, state.Refused > 0 ? refusedPath : null, stopped);
    }

    private static async Task<ImportSettings> SettingsAsync(ImportUsage request, CancellationToken ct) => new(
        request.Url.TrimEnd('/'), request.Key[..request.Key.IndexOf('.', StringComparison.Ordinal)], await UsageFile.DigestAsync(request.File, ct),
        request.Customer, request.Delta, request.Reason, request.Reference, request.Metadata, request.Delimiter ?? ",", request.VendorAccountId);

    /// <summary>Held until the import ends, however it ends: the lock goes with the process.</summary>
    private static FileStream BeAlone(string statePath)
    {
        try
        {
            return new FileStream(statePath + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ImportUseException($"Another import of this file is at work, or {statePath}.lock cannot be written: {fault.Message}", fault);
        }
    }

    /// <summary>Adds to the last known state that nothing moves, and why.</summary>
    private sealed class Relay(IProgress<ImportProgress>? watcher) : IProgress<ImportProgress>
    {
        private ImportProgress _last = new(0, 0, 0, 0, 0, 0, 0, 0, null);

        public void Report(ImportProgress value)
        {
            _last = value;
            watcher?.Report(value);
        }

        public void Wait(string why) => watcher?.Report(_last with { Waiting = why });
    }
}
