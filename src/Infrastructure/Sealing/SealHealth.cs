using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Npgsql;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>How this node's sealers are, for <c>/readyz</c> and the metrics.</summary>
public sealed class SealHealth : IDisposable
{
    private static readonly TimeSpan FreshWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BehindAfter = TimeSpan.FromSeconds(10);

    // A ledger whose last record waits for longer than a block may take, and that was not stopped, is not being sealed.
    private const string Look =
        "SELECT EXISTS (SELECT 1 FROM log_state WHERE do_not_write), EXISTS (SELECT 1 FROM ledger_heads h JOIN ledger_seals s USING (ledger_no) " +
        "WHERE h.next_index > s.sealed_index AND s.stopped_reason IS NULL AND h.accepted_floor < $1)";

    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, State> _states = new(StringComparer.Ordinal);
    private readonly Meter _meter = new("PacSpace.Sealing");
    private readonly Counter<long> _verified;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _checkpoints;
    private readonly Histogram<double> _lag;

    public SealHealth(NpgsqlDataSource database, TimeProvider clock)
    {
        (_database, _clock) = (database, clock);
        _verified = _meter.CreateCounter<long>("pacspace_records_verified_total", description: "Records under a signed tree head, by this node.");
        _failed = _meter.CreateCounter<long>("pacspace_records_failed_total", description: "Records found not to reproduce their hash, by this node.");
        _checkpoints = _meter.CreateCounter<long>("pacspace_checkpoints_total", description: "Checkpoints completed, by this node.");
        _lag = _meter.CreateHistogram<double>("pacspace_verification_lag_seconds", "s", "From acceptance to verification, of each tick's oldest record.");
        _meter.CreateObservableGauge("pacspace_records_pending", () => Observe(s => s.Pending), description: "Accepted and not verified yet.");
        _meter.CreateObservableGauge("pacspace_log_size", () => Observe(s => s.LogSize), description: "Entries of the log.");
    }

    /// <summary>Why this node refuses to sign, by environment; empty when it does not.</summary>
    public IReadOnlyDictionary<string, string> Refusals =>
        _states.Where(s => s.Value.Refusal is not null).ToDictionary(s => s.Key, s => s.Value.Refusal!);

    /// <summary>The checks <c>sealer</c> (somebody seals, and keeps up) and <c>log</c> (mark and database agree).</summary>
    /// <exception cref="NpgsqlException">The database is away; both count as failing.</exception>
    public async Task<(bool IsSealerOk, bool IsLogOk)> CheckAsync(CancellationToken ct)
    {
        await using var command = _database.CreateCommand(Look);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = (_clock.GetUtcNow() - BehindAfter).UtcDateTime });
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        var isBehind = row.GetBoolean(1);
        return (!isBehind && !_states.IsEmpty && _states.Values.All(s => s.IsFresh), !row.GetBoolean(0) && Refusals.Count == 0);
    }

    public void Dispose() => _meter.Dispose();

    internal void Note(string environment, SealOutcome outcome)
    {
        var state = For(environment);
        state.Refusal = outcome.Reason;
        state.IsElected = outcome.Result != SealResult.NotElected;
        state.LastTick = Environment.TickCount64;
    }

    internal void NoteFault(string environment) => For(environment).IsElected = false;

    internal void NoteBacklog(string environment, SealBacklog backlog)
    {
        var state = For(environment);
        (state.Pending, state.LogSize) = (backlog.Ledgers.Sum(l => l.Pending), backlog.LogSize);
    }

    internal void NoteSealed(string environment, SealWork work)
    {
        var label = new KeyValuePair<string, object?>("environment", environment);
        For(environment).LogSize = work.Plan.Size;
        var failed = work.Plan.Runs.Sum(r => r.Decision.Failed.Count);
        _verified.Add(work.Plan.RecordCount - failed, label);
        if (failed > 0) _failed.Add(failed, label);
        _checkpoints.Add(work.Plan.Entries.Count - work.Plan.Blocks.Count, label);
        foreach (var run in work.Plan.Runs)
        {
            var oldest = run.Run.Rows.Span[0].AcceptedAt;
            _lag.Record(Math.Max(0, (work.At.Microseconds - oldest.Microseconds) / 1e6), label);
        }
    }

    private State For(string environment) => _states.GetOrAdd(environment, static _ => new State());

    private IEnumerable<Measurement<long>> Observe(Func<State, long> value) =>
        _states.Where(s => s.Value.IsElected).Select(s => new Measurement<long>(value(s.Value), new KeyValuePair<string, object?>("environment", s.Key)));

    /// <summary>Written by the sealer's loop, read by anybody; each member by itself.</summary>
    private sealed class State
    {
        public volatile string? Refusal;
        public volatile bool IsElected;
        public long LastTick;
        public long Pending;
        public long LogSize;

        public bool IsFresh => Environment.TickCount64 - Volatile.Read(ref LastTick) < FreshWithin.TotalMilliseconds;
    }
}
