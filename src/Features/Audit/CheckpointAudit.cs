using System.Globalization;
using System.Text;
using PacSpace.Evidence;

namespace PacSpace.Features.Audit;

/// <summary>Makes every checkpoint of a ledger again from the records of its window.</summary>
/// <remarks>Memory: the edge of one tree. Each record is read once more for each checkpoint that covers it.</remarks>
internal sealed class CheckpointAudit(AuditSnapshot snapshot, AuditNotes notes, AuditedLedger ledger)
{
    private const string Select =
        "SELECT k.checkpoint_id, k.mode, k.start_at, k.end_at, k.as_of, k.covered_through, k.record_count, k.first_seq, k.last_seq, k.first_record_at, " +
        "k.last_record_at, k.opening, k.net, k.closing, k.increases, k.decreases, k.unit, k.recorded_by, k.statement, k.salt, k.proof_root, " +
        "k.selected_seqs, k.log_index, k.tree_size, k.verified_at IS NOT NULL, k.environment, k.customer_no, c.customer_id, e.entry, e.checkpoint_id, " +
        "EXISTS (SELECT 1 FROM tree_heads h WHERE h.environment = k.environment AND h.size = k.tree_size) " +
        "FROM checkpoints k LEFT JOIN customers c ON c.ledger_no = k.ledger_no AND c.customer_no = k.customer_no " +
        "LEFT JOIN log_entries e ON e.environment = k.environment AND e.log_index = k.log_index " +
        "WHERE k.ledger_no = $1 ORDER BY k.customer_no, k.start_at, k.checkpoint_id";

    private long _total;
    private long _done;

    public async Task RunAsync(CancellationToken ct)
    {
        _total = await snapshot.CountAsync("SELECT count(*) FROM checkpoints WHERE ledger_no = $1", ct, ledger.LedgerNo);
        await foreach (var checkpoint in snapshot.StreamAsync(Select, AuditedCheckpoint.Read, ct, ledger.LedgerNo))
        {
            notes.Progress(FormattableString.Invariant($"checkpoints of ledger {ledger.LedgerNo}"), ++_done, _total);
            if (checkpoint.Damage is { } damage)
            {
                notes.Find(AuditCodes.CheckpointStatement, Where(checkpoint), $"{damage}");
                continue;
            }

            CheckStatement(checkpoint);
            if (ledger.AcceptedFloor < checkpoint.CoveredThrough)
                notes.Find(AuditCodes.LedgerHead, ledger.Where(), $"the floor {ledger.AcceptedFloor} lies inside the covered window of {checkpoint.CheckpointId}");
            var lastIndex = await CheckRecordsAsync(checkpoint, ct);
            await CheckLogAsync(checkpoint, lastIndex, ct);
        }

        notes.Counts = notes.Counts with { Checkpoints = notes.Counts.Checkpoints + _done };
    }

    private void CheckStatement(AuditedCheckpoint checkpoint)
    {
        if (!CheckpointStatement.TryParse(Encoding.UTF8.GetBytes(checkpoint.Statement), out var says))
        {
            notes.Find(AuditCodes.CheckpointStatement, Where(checkpoint), $"the stored statement is not canonical");
            return;
        }

        var columns = checkpoint.ToStatement(ledger.LedgerId);
        if (says != columns) notes.Find(AuditCodes.CheckpointStatement, Where(checkpoint), $"the statement says {says} and the columns {columns}");
        if (says.CoveredThrough != checkpoint.CoveredThrough)
            notes.Find(AuditCodes.CheckpointStatement, Where(checkpoint), $"it covers through {says.CoveredThrough}, {checkpoint.CoveredThrough} is stored");
        if (says.Opening + says.Net != says.Closing)
            notes.Find(AuditCodes.CheckpointRange, Where(checkpoint), $"{says.Opening} + {says.Net} is not {says.Closing}");
    }

    /// <summary>The ledger index of the last covered record; null when there is none.</summary>
    private async Task<long?> CheckRecordsAsync(AuditedCheckpoint checkpoint, CancellationToken ct)
    {
        var content = new CheckpointContent(checkpoint);
        var isAll = checkpoint.Mode == CheckpointMode.All;
        var isDoubtful = false;
        var sql = "SELECT r.ledger_index, r.seq, r.leaf, r.delta, r.balance_after, r.accepted_at, r.unit FROM records r WHERE r.ledger_no = $1 AND r.customer_no = $2 AND "
            + (isAll ? "r.seq BETWEEN $3 AND $4 ORDER BY r.seq" : "r.seq = ANY($3) ORDER BY r.seq");
        object[] values = isAll
            ? [ledger.LedgerNo, checkpoint.CustomerNo, checkpoint.FirstSeq - 1, checkpoint.LastSeq + 1]
            : [ledger.LedgerNo, checkpoint.CustomerNo, checkpoint.SelectedSeqs];
        await foreach (var record in snapshot.StreamAsync(sql, CoveredRecord.Read, ct, values))
        {
            if (record is null || notes.IsDoubtful(ledger.LedgerNo, record.LedgerIndex)) isDoubtful = true;
            else content.Add(record);
        }

        // What the window really held cannot be told from a row that is not to be believed; the row itself was reported.
        if (isDoubtful) return content.LastIndex;
        foreach (var (code, complaint) in content.Complaints()) notes.Find(code, Where(checkpoint), $"{complaint}");
        return content.LastIndex;
    }

    private async Task CheckLogAsync(AuditedCheckpoint checkpoint, long? lastIndex, CancellationToken ct)
    {
        if (checkpoint.LogIndex is not { } logIndex)
        {
            if (checkpoint.IsVerified) notes.Find(AuditCodes.CheckpointLog, Where(checkpoint), $"it is said to be verified and is in no log");
            return;
        }

        var isThere = checkpoint.Entry is { } entry && checkpoint.EntryCheckpointId == checkpoint.CheckpointId
            && entry.AsSpan().SequenceEqual(Entry.CheckpointRoot(checkpoint.ProofRoot).ToArray());
        if (!isThere) notes.Find(AuditCodes.CheckpointLog, Where(checkpoint), $"entry {logIndex} is not that of its root");
        if (!checkpoint.IsVerified || !checkpoint.HasHead || checkpoint.TreeSize <= logIndex)
            notes.Find(AuditCodes.CheckpointLog, Where(checkpoint), $"entry {logIndex} is under no tree head of size {checkpoint.TreeSize}");
        if (lastIndex is not { } last) return;
        var blockIndex = await snapshot.CountAsync(
            "SELECT coalesce((SELECT log_index FROM blocks WHERE ledger_no = $1 AND first_index <= $2 AND first_index + record_count > $2 " +
            "ORDER BY first_index DESC LIMIT 1), 9223372036854775807)", ct, ledger.LedgerNo, last);
        if (blockIndex >= logIndex)
            notes.Find(AuditCodes.CheckpointLog, Where(checkpoint), $"entry {logIndex} does not lie behind the block of its last record");
    }

    private static string Where(AuditedCheckpoint checkpoint) => $"checkpoint {checkpoint.CheckpointId}";
}

/// <summary>What the records of a window give: root, totals, ends.</summary>
internal sealed class CheckpointContent(AuditedCheckpoint checkpoint)
{
    private readonly TreeFrontier _tree = new();
    private readonly List<(string Code, string Complaint)> _complaints = [];
    private Amount _increases;
    private Amount _decreases;
    private Amount _opening;
    private bool _hasOpening;
    private CoveredRecord? _first;
    private CoveredRecord? _last;
    private string? _unit;
    private bool _hasMixedUnits;
    private long _count;

    public long? LastIndex => _last?.LedgerIndex;

    private bool IsAll => checkpoint.Mode == CheckpointMode.All;

    /// <summary>In the order of seq; in mode all with the neighbours on both sides.</summary>
    public void Add(CoveredRecord record)
    {
        if (IsAll && record.Seq < checkpoint.FirstSeq)
        {
            (_opening, _hasOpening) = (record.BalanceAfter, true);
            if (record.AcceptedAt >= checkpoint.Window.Start)
                Complain(AuditCodes.CheckpointIncomplete, $"record {record.Seq} was accepted at {record.AcceptedAt}, inside the window, and is not covered");
            return;
        }

        if (IsAll && record.Seq > checkpoint.LastSeq)
        {
            if (record.AcceptedAt < checkpoint.CoveredThrough)
                Complain(AuditCodes.CheckpointIncomplete, $"record {record.Seq} was accepted at {record.AcceptedAt}, inside the window, and is not covered");
            return;
        }

        if (record.AcceptedAt < checkpoint.Window.Start || record.AcceptedAt >= checkpoint.CoveredThrough)
            Complain(AuditCodes.CheckpointRange, $"record {record.Seq} was accepted at {record.AcceptedAt}, outside the covered window");
        _count++;
        _tree.Append(record.Leaf);
        if (record.Delta > Amount.Zero) _increases += record.Delta;
        else _decreases += record.Delta;
        _first ??= record;
        _last = record;
        if (record.Unit is null || record.Unit == _unit) return;
        _hasMixedUnits |= _unit is not null;
        _unit ??= record.Unit;
    }

    public IEnumerable<(string Code, string Complaint)> Complaints()
    {
        Expect("record_count", checkpoint.RecordCount, _count);
        Expect("net", checkpoint.Net, _increases + _decreases);
        Expect("increases", checkpoint.Increases, _increases);
        Expect("decreases", checkpoint.Decreases, _decreases);
        Expect("unit", checkpoint.Unit, _hasMixedUnits ? null : _unit);
        Expect("first_record_at", checkpoint.FirstRecordAt, _first?.AcceptedAt);
        Expect("last_record_at", checkpoint.LastRecordAt, _last?.AcceptedAt);
        if (IsAll && (_hasOpening || checkpoint.FirstSeq == 1)) Expect("opening", checkpoint.Opening, _opening);
        else if (IsAll) Complain(AuditCodes.CheckpointRange, $"record {checkpoint.FirstSeq - 1}, the last before the window, is missing");
        if (!IsAll && _first is not null) Expect("first_seq", checkpoint.FirstSeq, _first.Seq);
        if (!IsAll && _last is not null) Expect("last_seq", checkpoint.LastSeq, _last.Seq);

        _tree.Append(MerkleTree.LeafHash(Entry.Checkpoint(checkpoint.Salt, Encoding.UTF8.GetBytes(checkpoint.Statement)).ToArray()));
        if (_tree.Root() != checkpoint.ProofRoot) Complain(AuditCodes.CheckpointRoot, $"records and statement give {_tree.Root()}");
        return _complaints;
    }

    private void Expect<T>(string column, T stored, T expected)
    {
        if (!EqualityComparer<T>.Default.Equals(stored, expected)) Complain(AuditCodes.CheckpointRange, $"{column} is {stored}, the records give {expected}");
    }

    private void Complain(string code, FormattableString complaint) => _complaints.Add((code, complaint.ToString(CultureInfo.InvariantCulture)));
}
