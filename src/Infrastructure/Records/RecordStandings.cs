using Npgsql;

namespace PacSpace.Infrastructure.Records;

/// <summary>What became of a customer's records between two numbers, at one instant: sealed, failed, in a completed checkpoint.
/// Says of any number of records what <see cref="RecordWithState"/> says of one.</summary>
public sealed class RecordStandings
{
    private readonly HashSet<long> _failed;
    private readonly List<(long First, long Last)> _ranges;
    private readonly HashSet<long> _selected;
    private int _at;

    /// <param name="sealedIndex">Records of the ledger below it are under a signed tree head.</param>
    /// <param name="failed">Numbers that are FAILED at present.</param>
    /// <param name="checkpointed">Ranges of completed checkpoints, in any order, overlapping or not.</param>
    /// <param name="selected">Numbers in completed checkpoints that chose their records.</param>
    public RecordStandings(long sealedIndex, IEnumerable<long> failed, IEnumerable<(long First, long Last)> checkpointed, IEnumerable<long> selected)
    {
        (SealedIndex, _failed, _selected) = (sealedIndex, [.. failed], [.. selected]);
        _ranges = [];
        foreach (var range in checkpointed.Where(range => range.First <= range.Last).OrderBy(range => range.First))
        {
            if (_ranges.Count > 0 && range.First <= _ranges[^1].Last + 1) _ranges[^1] = (_ranges[^1].First, Math.Max(_ranges[^1].Last, range.Last));
            else _ranges.Add(range);
        }
    }

    /// <summary>Records of the ledger below it are under a signed tree head.</summary>
    public long SealedIndex { get; }

    /// <summary>Numbers that are FAILED at present.</summary>
    public IReadOnlySet<long> Failed => _failed;

    /// <summary>The API's VERIFIED: under a signed tree head, and its row reproduces its hash.</summary>
    public bool IsSealed(long ledgerIndex, long seq) => ledgerIndex < SealedIndex && (_failed.Count == 0 || !_failed.Contains(seq));

    /// <summary>In a completed checkpoint.</summary>
    public bool IsCheckpointed(long seq)
    {
        // Asked in order, this looks at one range; asked otherwise, it begins again.
        if (_at >= _ranges.Count || _ranges[_at].First > seq) _at = 0;
        while (_at < _ranges.Count && _ranges[_at].Last < seq) _at++;
        return (_at < _ranges.Count && _ranges[_at].First <= seq) || (_selected.Count > 0 && _selected.Contains(seq));
    }
}

/// <summary>Reads <see cref="RecordStandings"/> with one round trip.</summary>
public sealed class RecordStandingsReader(NpgsqlDataSource database)
{
    private const string Sealed = "SELECT sealed_index FROM ledger_seals WHERE ledger_no = $1";

    private const string Failures =
        "SELECT seq FROM record_failures WHERE ledger_no = $1 AND customer_no = $2 AND seq BETWEEN $3 AND $4 AND healed_at IS NULL";

    private const string Checkpoints =
        "SELECT first_seq, last_seq, selected_seqs FROM checkpoints WHERE ledger_no = $1 AND customer_no = $2 AND verified_at IS NOT NULL " +
        "AND first_seq <= $4 AND last_seq >= $3";

    public async Task<RecordStandings> ReadAsync(int ledgerNo, int customerNo, long firstSeq, long lastSeq, CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Command(Sealed, ledgerNo));
        batch.BatchCommands.Add(Command(Failures, ledgerNo, customerNo, firstSeq, lastSeq));
        batch.BatchCommands.Add(Command(Checkpoints, ledgerNo, customerNo, firstSeq, lastSeq));
        await using var row = await batch.ExecuteReaderAsync(ct);

        var sealedIndex = await row.ReadAsync(ct) ? row.GetInt64(0) : 0;
        await row.NextResultAsync(ct);
        var failed = new List<long>();
        while (await row.ReadAsync(ct)) failed.Add(row.GetInt64(0));
        await row.NextResultAsync(ct);
        var ranges = new List<(long, long)>();
        var selected = new HashSet<long>();
        while (await row.ReadAsync(ct))
        {
            if (row.IsDBNull(2)) ranges.Add((row.GetInt64(0), row.GetInt64(1)));
            else selected.UnionWith(row.GetFieldValue<long[]>(2));
        }

        return new RecordStandings(sealedIndex, failed, ranges, selected);
    }

    private static NpgsqlBatchCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return command;
    }
}
