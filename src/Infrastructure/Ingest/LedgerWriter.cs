using System.Threading.Channels;
using Npgsql;
using PacSpace.Infrastructure.Metering;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Infrastructure.Ingest;

/// <summary>The writer of one ledger on this node: one loop, and no timer before a commit. It commits together whatever queued up while the
/// commit before was in flight.</summary>
/// <remarks>Several nodes may write the same ledger: the ledger row's lock orders them and its version keeps their tails
/// honest. Owner of all state here: the loop; callers touch the queue alone.</remarks>
internal sealed class LedgerWriter
{
    /// <summary>Records in one transaction at the most; past it the lock would be held longer than a request may wait.</summary>
    private const int MaxGroupRecords = 8_192;

    /// <summary>Submissions that may wait; the next one is told to come back.</summary>
    private const int MaxQueued = 16_384;

    private const int MaxAttempts = 4;

    /// <summary>How long the connection is kept while nothing comes.</summary>
    private static readonly TimeSpan KeepsConnection = TimeSpan.FromSeconds(1);

    private readonly LedgerRef _ledger;
    private readonly WriterConnection _connection;
    private readonly SealNotifier _sealer;
    private readonly GroupCommit _commit;
    private readonly Channel<Waiter> _queue = Channel.CreateBounded<Waiter>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private readonly Task _loop;

    public LedgerWriter(LedgerRef ledger, WriterConnection connection, RecordIds ids, SealNotifier sealer, TimeProvider clock)
    {
        (_ledger, _connection, _sealer) = (ledger, connection, sealer);
        _commit = new GroupCommit(ledger, ids, clock);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Completes when the submission is durable.</summary>
    /// <exception cref="WriterUnavailableException">Nothing was written, or it is not known whether it was; in both cases the
    /// caller may try again, with its idempotency key when it must not be doubled.</exception>
    public Task<SubmissionOutcome> SubmitAsync(Submission submission)
    {
        var waiter = new Waiter(submission);
        return _queue.Writer.TryWrite(waiter)
            ? waiter.Task
            : throw new WriterUnavailableException("Too many submissions are waiting for this ledger, or the node is stopping.");
    }

    /// <summary>Takes no more, commits what was taken, then ends.</summary>
    public Task DrainAsync()
    {
        _queue.Writer.TryComplete();
        return _loop;
    }

    private async Task RunAsync()
    {
        var group = new List<Waiter>();
        while (await WaitAsync())
        {
            Take(group);
            try
            {
                var outcomes = await CommitAsync(group.ConvertAll(w => w.Submission));
                _sealer.Nudge(_ledger.Environment);
                PacSpaceMeter.RecordsAccepted.Add(_commit.AcceptedCount, PacSpaceMeter.InEnvironment(_ledger.Environment));
                for (var i = 0; i < group.Count; i++) group[i].Settle(outcomes[i]);
            }
            catch (Exception fault)
            {
                _commit.Forget();
                foreach (var waiter in group) waiter.Fail(fault);
            }
        }

        await _connection.CloseAsync();
    }

    /// <summary>False when nothing comes any more.</summary>
    private async ValueTask<bool> WaitAsync()
    {
        var arrival = _queue.Reader.WaitToReadAsync();
        if (arrival.IsCompleted || !_connection.IsKept) return await arrival;
        var arrived = arrival.AsTask();
        try
        {
            return await arrived.WaitAsync(KeepsConnection);
        }
        catch (TimeoutException)
        {
            await _connection.CloseAsync();
            return await arrived;
        }
    }

    private void Take(List<Waiter> group)
    {
        group.Clear();
        for (var records = 0; records < MaxGroupRecords && _queue.Reader.TryRead(out var waiter);)
        {
            group.Add(waiter);
            records += waiter.Submission.Items.Count;
        }
    }

    /// <remarks>What may be repeated is what is known to have left nothing: the database rolled back. A connection that broke
    /// is not repeated, since its last word may have been a commit.</remarks>
    private async Task<SubmissionOrFault[]> CommitAsync(List<Submission> group)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var outcomes = await _commit.CommitAsync(await _connection.OpenAsync(), group, CancellationToken.None);
                await _connection.KeepAsync();
                return outcomes;
            }
            catch (Exception fault)
            {
                _commit.Forget();
                await _connection.CloseAsync();
                if (attempt == MaxAttempts || !LeftNothing(fault)) throw;
            }
        }
    }

    private static bool LeftNothing(Exception fault) => fault is PostgresException
    {
        SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure,
    };

    private sealed class Waiter(Submission submission) : TaskCompletionSource<SubmissionOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Submission Submission { get; } = submission;

        public void Settle(SubmissionOrFault result)
        {
            if (result.Outcome is { } outcome) SetResult(outcome);
            else SetException(result.Fault!);
        }

        public void Fail(Exception fault) =>
            SetException(fault as WriterUnavailableException ?? new WriterUnavailableException("The records could not be committed.", fault));
    }
}
