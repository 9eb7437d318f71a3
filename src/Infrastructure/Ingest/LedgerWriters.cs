using System.Collections.Concurrent;
using Npgsql;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Infrastructure.Ingest;

/// <summary>This node's writers, one a ledger, begun at the ledger's first submission.</summary>
public sealed class LedgerWriters(NpgsqlDataSource database, RecordIds ids, SealNotifier sealer, TimeProvider clock) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, Lazy<LedgerWriter>> _writers = new();
    private readonly SemaphoreSlim _keptConnections = new(WriterConnection.MaxKept);
    private bool _draining;

    /// <inheritdoc cref="LedgerWriter.SubmitAsync"/>
    public Task<SubmissionOutcome> SubmitAsync(Submission submission)
    {
        if (Volatile.Read(ref _draining)) throw new WriterUnavailableException("The node is stopping.");
        return _writers.GetOrAdd(
            submission.Ledger.LedgerNo,
            static (_, state) => new Lazy<LedgerWriter>(() => state.Node.Begin(state.Ledger)), (Node: this, submission.Ledger)).Value.SubmitAsync(submission);
    }

    private LedgerWriter Begin(LedgerRef ledger) => new(ledger, new WriterConnection(database, _keptConnections), ids, sealer, clock);

    /// <summary>Takes no more and commits what was taken, so that a stop answers everything that it accepted.</summary>
    public async Task DrainAsync()
    {
        Volatile.Write(ref _draining, true);
        await Task.WhenAll(_writers.Values.Select(writer => writer.Value.DrainAsync()));
    }

    public ValueTask DisposeAsync() => new(DrainAsync());
}
