using System.Collections.Concurrent;
using Npgsql;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Infrastructure.Ingest;

/// <summary>This node's writers, one a ledger, begun at the ledger's first submission.</summary>
public sealed class LedgerWriters(NpgsqlDataSource database, RecordIds ids, SealNotifier sealer, TimeProvider clock) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, Lazy<LedgerWriter>> _writers = new();
    private bool _draining;

    /// <inheritdoc cref="LedgerWriter.SubmitAsync"/>
    public Task<SubmissionOutcome> SubmitAsync(Submission submission)
    {
        if (Volatile.Read(ref _draining)) throw new WriterUnavailableException("The node is stopping.");
        return _writers.GetOrAdd(
            submission.Ledger.LedgerNo,
            static (_, state) => new Lazy<LedgerWriter>(() => new LedgerWriter(state.Ledger, state.Node.Database, state.Node.Ids, state.Node.Sealer, state.Node.Clock)),
            (submission.Ledger, Node: (Database: database, Ids: ids, Sealer: sealer, Clock: clock))).Value.SubmitAsync(submission);
    }

    /// <summary>Takes no more and commits what was taken, so that a stop answers everything that it accepted.</summary>
    public async Task DrainAsync()
    {
        Volatile.Write(ref _draining, true);
        await Task.WhenAll(_writers.Values.Select(writer => writer.Value.DrainAsync()));
    }

    public ValueTask DisposeAsync() => new(DrainAsync());
}
