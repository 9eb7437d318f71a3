using Npgsql;
using PacSpace.Evidence;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Balance;

/// <summary>Where a replay begins and ends.</summary>
/// <param name="Mode">As the answer says it.</param>
/// <param name="Window">By acceptance.</param>
/// <param name="AfterSeq">Only records with a higher number; 0 for no such limit.</param>
internal sealed record ReplayStart(string Mode, Window Window, long AfterSeq);

/// <summary>What a replay was asked for, resolved.</summary>
/// <param name="Buckets">Of the breakdown; empty for none.</param>
internal sealed record Replay(ReplayStart Start, IReadOnlyList<Window> Buckets, decimal StartingBalance);

/// <summary>The fields that every replay is asked by (api-balance 3.5).</summary>
internal interface IReplayFields
{
    ScopeFields Scope { get; }

    decimal StartingBalance { get; }

    /// <summary>A checkpoint's root or id, an emit's <c>receiptId</c>, or a record id.</summary>
    string? StartingCheckpoint { get; }

    /// <summary><c>proofRoot</c> or <c>recordId</c>.</summary>
    string? StartingCheckpointType { get; }

    /// <summary><c>day</c>, <c>week</c> or <c>month</c>; null gives no breakdown.</summary>
    string? Granularity { get; }
}

/// <summary>Resolves what a replay starts from: a scope, a checkpoint, an emit's receipt, or a record (api-balance 3.5).</summary>
internal sealed class ReplayStarts(NpgsqlDataSource database, SubmissionLookup submissions, RecordIds ids)
{
    private const string FindCheckpoint =
        "SELECT mode, covered_through FROM checkpoints WHERE ledger_no = $1 AND customer_no = $2 AND (checkpoint_id = $3 OR proof_root = $4) LIMIT 1";

    private const string FindLastOf =
        "SELECT seq, accepted_at FROM records WHERE ledger_no = $1 AND customer_no = $2 AND ledger_index >= $3 AND ledger_index < $4 " +
        "ORDER BY ledger_index DESC LIMIT 1";

    private const string FindRecord =
        "SELECT seq, accepted_at FROM records WHERE ledger_no = $1 AND customer_no = $2 AND ledger_index = $3";

    /// <summary>What can be refused before anything is looked up.</summary>
    public static Refusal? RefuseScope(IReplayFields request, DateTimeOffset now)
    {
        if (request.StartingCheckpoint is null) return Scopes.Resolve(request.Scope, now).Accepted(out _, out var refusal) ? null : refusal;
        return request.Scope.IsEmpty ? null : new Refusal(RefusalCode.InvalidScopeCombination, "startingCheckpoint does not go with scope fields");
    }

    /// <param name="customer">Whose records are replayed.</param>
    /// <param name="request">Its scope was not refused.</param>
    /// <param name="now">When it was asked.</param>
    /// <param name="ct">Stops the wait.</param>
    public async Task<Outcome<Replay>> ResolveAsync(CustomerRow customer, IReplayFields request, DateTimeOffset now, CancellationToken ct)
    {
        if (!(await ResolveStartAsync(customer, request, now, ct)).Accepted(out var start, out var refusal)) return refusal;
        if (request.Granularity is not { } granularity) return new Replay(start, [], request.StartingBalance);
        return Buckets.Cut(start.Window, granularity) is { } buckets
            ? new Replay(start, buckets, request.StartingBalance)
            : new Refusal(RefusalCode.ScopeTooWide, $"The window has more than {Buckets.MaxCount} buckets of a {granularity}");
    }

    private async Task<Outcome<ReplayStart>> ResolveStartAsync(CustomerRow customer, IReplayFields request, DateTimeOffset now, CancellationToken ct)
    {
        if (request.StartingCheckpoint is not { } point)
            return Scopes.Resolve(request.Scope, now).Accepted(out var scope, out var refusal) ? new ReplayStart(scope.ModeText, scope.Window, 0) : refusal;

        // Inclusive of this very microsecond: what was answered before the question is in the replay.
        var end = Timestamp.FromDateTimeOffset(now).AddMicroseconds(1);
        return request.StartingCheckpointType == "recordId"
            ? await AfterRecordAsync(customer, point, end, ct)
            : await AfterRootAsync(customer, point, end, ct);
    }

    private async Task<Outcome<ReplayStart>> AfterRecordAsync(CustomerRow customer, string recordId, Timestamp end, CancellationToken ct)
    {
        if (!ids.TryDecode(recordId, out var ledgerNo, out var ledgerIndex) || ledgerNo != customer.Ledger.LedgerNo) return Refusal.CheckpointNotFound();
        await using var command = database.CreateCommand(FindRecord);
        AddCustomer(command, customer);
        command.Parameters.Add(new() { Value = ledgerIndex });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? After(RecordReader.ReadTimestamp(row, 1), row.GetInt64(0), end) : Refusal.CheckpointNotFound();
    }

    private async Task<Outcome<ReplayStart>> AfterRootAsync(CustomerRow customer, string point, Timestamp end, CancellationToken ct)
    {
        var isRoot = Hash.TryParse0x(point, out var root);
        await using (var command = database.CreateCommand(FindCheckpoint))
        {
            AddCustomer(command, customer);
            command.Parameters.Add(new() { Value = point });
            command.Parameters.Add(new() { Value = root.ToArray() });
            await using var row = await command.ExecuteReaderAsync(ct);
            if (await row.ReadAsync(ct))
            {
                return row.GetString(0) == "selected"
                    ? Refusal.Validation("startingCheckpoint", "must not be a checkpoint of mode selected")
                    : After(RecordReader.ReadTimestamp(row, 1), 0, end);
            }
        }

        if (!isRoot || await submissions.FindAsync(root, ct) is not { } place || place.LedgerNo != customer.Ledger.LedgerNo) return Refusal.CheckpointNotFound();
        await using var last = database.CreateCommand(FindLastOf);
        AddCustomer(last, customer);
        last.Parameters.Add(new() { Value = place.FirstIndex });
        last.Parameters.Add(new() { Value = place.FirstIndex + place.RecordCount });
        await using var found = await last.ExecuteReaderAsync(ct);
        return await found.ReadAsync(ct) ? After(RecordReader.ReadTimestamp(found, 1), found.GetInt64(0), end) : Refusal.CheckpointNotFound();
    }

    private static ReplayStart After(Timestamp start, long seq, Timestamp end) =>
        new("checkpoint", new Window(start, start < end ? end : start.AddMicroseconds(1)), seq);

    private static void AddCustomer(NpgsqlCommand command, CustomerRow customer)
    {
        command.Parameters.Add(new() { Value = customer.Ledger.LedgerNo });
        command.Parameters.Add(new() { Value = customer.CustomerNo });
    }
}
