using System.Collections.Concurrent;
using Npgsql;
using PacSpace.Infrastructure.Metering;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>How this node's sealers are, for <c>/readyz</c>, and what they did, for the metrics.</summary>
public sealed class SealHealth
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

    public SealHealth(NpgsqlDataSource database, TimeProvider clock) => (_database, _clock) = (database, clock);

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

    internal void Note(string environment, SealOutcome outcome)
    {
        var state = For(environment);
        state.Refusal = outcome.Reason;
        state.LastTick = Environment.TickCount64;
    }

    internal static void NoteSealed(string environment, SealWork work)
    {
        var label = PacSpaceMeter.InEnvironment(environment);
        var failed = work.Plan.Runs.Sum(r => r.Decision.Failed.Count);
        PacSpaceMeter.RecordsVerified.Add(work.Plan.RecordCount - failed, label);
        if (failed > 0) PacSpaceMeter.RecordsFailed.Add(failed, label);
        PacSpaceMeter.Checkpoints.Add(work.Plan.Entries.Count - work.Plan.Blocks.Count, label);
        foreach (var run in work.Plan.Runs)
        {
            var oldest = run.Run.Rows.Span[0].AcceptedAt;
            PacSpaceMeter.VerificationSeconds.Record(Math.Max(0, (work.At.Microseconds - oldest.Microseconds) / 1e6), label);
        }
    }

    private State For(string environment) => _states.GetOrAdd(environment, static _ => new State());

    /// <summary>Written by the sealer's loop, read by anybody; each member by itself.</summary>
    private sealed class State
    {
        public volatile string? Refusal;
        public long LastTick;

        public bool IsFresh => Environment.TickCount64 - Volatile.Read(ref LastTick) < FreshWithin.TotalMilliseconds;
    }
}
