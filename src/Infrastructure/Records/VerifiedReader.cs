using Npgsql;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Records;

/// <summary>Which numbers of a customer a window holds, and which of them are verified.</summary>
/// <param name="FirstSeq">Of the range asked for, whatever became of the record.</param>
/// <param name="LastSeq">Last number of the range that a rollup holds; one less than <paramref name="FirstSeq"/> when there is none.</param>
/// <param name="EndSeq">One past the last number of the window, verified or not.</param>
/// <param name="SealedThrough">The last number of the customer that a rollup holds.</param>
/// <param name="FailedSeqs">Numbers of the range that are FAILED at present, ascending.</param>
public sealed record VerifiedRange(
    int LedgerNo, int CustomerNo, Window Window, long FirstSeq, long LastSeq, long EndSeq, long SealedThrough, IReadOnlyList<long> FailedSeqs)
{
    public long Count => LastSeq - FirstSeq + 1 - FailedSeqs.Count;

    /// <summary>Accepted in the window, and in no rollup yet.</summary>
    public long PendingCount => Math.Max(0, EndSeq - Math.Max(LastSeq + 1, FirstSeq));

    /// <summary>The part of the range between two numbers.</summary>
    public VerifiedRange Between(long firstSeq, long lastSeq) =>
        this with { FirstSeq = firstSeq, LastSeq = lastSeq, FailedSeqs = [.. FailedSeqs.Where(seq => seq >= firstSeq && seq <= lastSeq)] };

    /// <summary>The numbers between the failed ones, as ranges.</summary>
    public IReadOnlyList<(long First, long Last)> SoundRuns()
    {
        var runs = new List<(long, long)>();
        var next = FirstSeq;
        foreach (var failed in FailedSeqs)
        {
            if (failed > next) runs.Add((next, failed - 1));
            next = failed + 1;
        }

        if (next <= LastSeq) runs.Add((next, LastSeq));
        return runs;
    }
}

/// <summary>What the sums of a window are made from, all as of one instant.</summary>
/// <param name="Range">The numbers of its verified records.</param>
/// <param name="Net">Of the range.</param>
/// <param name="Days">The rollup of the days that the window touches, whole even where it cuts them.</param>
/// <param name="EdgeDays">Numbers of the days that the window may cut, verified and not.</param>
/// <param name="Failed">Numbers that are FAILED, of the range and of the <paramref name="EdgeDays"/>, ascending.</param>
public sealed record VerifiedWindow(
    VerifiedRange Range, decimal Net, IReadOnlyList<DaySums> Days, IReadOnlyList<(int Day, long First, long Last)> EdgeDays, IReadOnlyList<long> Failed);

/// <summary>Verified records of one UTC day.</summary>
/// <param name="Day">As <see cref="CustomerDay"/> counts.</param>
/// <param name="Decreases">Not above zero.</param>
public sealed record DaySums(int Day, long RecordCount, decimal Increases, decimal Decreases)
{
    public decimal Net => Increases + Decreases;
}

/// <summary>What one UTC day adds to a balance.</summary>
/// <param name="Rise">Increases of the day at most: those of the whole day where the window cuts it.</param>
/// <param name="Fall">Decreases at most, not above zero.</param>
public sealed record DayNet(int Day, long RecordCount, decimal Net, decimal Rise, decimal Fall);

/// <summary>Sums of a customer's verified records over any window: from edges and from the rollup by day.</summary>
/// <remarks>
/// What is read is given by the window's days and not by its records, with one exception: of a day that the window cuts, the
/// sums of increases and of decreases need its rows; the smaller part of it is read. Edges, rollups and failures
/// are of one instant; what is read afterwards are records by their numbers, which never change.
/// </remarks>
public sealed class VerifiedReader(NpgsqlDataSource database)
{
    private const int MaxFailures = 100_000;

    // What a run of sound records adds is told by the balances at its two ends, so no damaged row is believed.
    private const string NetOfRuns =
        " w(before, behind) CROSS JOIN LATERAL (SELECT r.balance_after, r.delta FROM records r WHERE r.ledger_no = $1 AND r.customer_no = $2 " +
        "  AND r.seq > w.before AND r.seq < w.behind ORDER BY r.seq LIMIT 1) a " +
        "CROSS JOIN LATERAL (SELECT r.balance_after FROM records r WHERE r.ledger_no = $1 AND r.customer_no = $2 " +
        "  AND r.seq > w.before AND r.seq < w.behind ORDER BY r.seq DESC LIMIT 1) z";

    private const string NetBetween = "SELECT coalesce(sum(z.balance_after - a.balance_after + a.delta), 0) FROM unnest($3::bigint[], $4::bigint[])" + NetOfRuns;

    // $3 holds all instants at which something begins or ends, $4 and $5 of them the window's own, $6 the first number that is wanted.
    // Runs of sound records lie between the number before the range, the failed ones, and the number behind it.
    private const string FindWindow =
        "WITH edges AS MATERIALIZED (SELECT e.at, e.place, seq_at($1, $2, e.at) AS seq FROM unnest($3) WITH ORDINALITY e(at, place)), " +
        "tail AS MATERIALIZED (SELECT coalesce(max(last_seq), 0) AS seq FROM customer_months WHERE ledger_no = $1 AND customer_no = $2), " +
        "range AS MATERIALIZED (SELECT greatest(s.seq, $6) AS first, least(e.seq - 1, t.seq) AS last FROM edges s, edges e, tail t WHERE s.at = $4 AND e.at = $5), " +
        "failed AS MATERIALIZED (SELECT f.seq FROM record_failures f WHERE f.ledger_no = $1 AND f.customer_no = $2 " +
        "  AND f.seq BETWEEN (SELECT min(seq) FROM edges) AND (SELECT max(seq) - 1 FROM edges) AND f.healed_at IS NULL ORDER BY f.seq LIMIT $7), " +
        "breaks AS MATERIALIZED (SELECT f.seq FROM failed f, range WHERE f.seq BETWEEN range.first AND range.last) " +
        "SELECT ARRAY(SELECT seq FROM edges ORDER BY place), (SELECT seq FROM tail), ARRAY(SELECT seq FROM failed ORDER BY seq), " +
        "coalesce(sum(z.balance_after - a.balance_after + a.delta), 0) FROM unnest(" +
        "  ARRAY(SELECT first - 1 FROM range UNION ALL SELECT seq FROM breaks ORDER BY 1), ARRAY(SELECT seq FROM breaks UNION ALL SELECT last + 1 FROM range ORDER BY 1))" + NetOfRuns;

    private const string StoredDays =
        "SELECT day, record_count, increases, decreases FROM customer_days WHERE ledger_no = $1 AND customer_no = $2 AND day BETWEEN $3 AND $4 ORDER BY day";

    private const string CountedDays =
        "SELECT (r.accepted_at AT TIME ZONE 'UTC')::date - DATE '1970-01-01', count(*), coalesce(sum(r.delta) FILTER (WHERE r.delta > 0), 0), " +
        "coalesce(sum(r.delta) FILTER (WHERE r.delta < 0), 0) FROM records r WHERE r.ledger_no = $1 AND r.customer_no = $2 AND r.seq BETWEEN $3 AND $4 " +
        "AND r.seq <> ALL ($5) GROUP BY 1 ORDER BY 1";

    // The balance before a number, told by that record or by the last sound one before it.
    private const string FindBalancesBefore =
        "SELECT coalesce(own.before, earlier.balance_after, 0) FROM unnest($3::bigint[]) WITH ORDINALITY w(seq, place) " +
        "LEFT JOIN LATERAL (SELECT r.balance_after - r.delta AS before FROM records r WHERE r.ledger_no = $1 AND r.customer_no = $2 AND r.seq = w.seq " +
        "  AND NOT EXISTS (SELECT 1 FROM record_failures f WHERE f.ledger_no = $1 AND f.ledger_index = r.ledger_index AND f.healed_at IS NULL)) own ON true " +
        "LEFT JOIN LATERAL (SELECT r.balance_after FROM records r WHERE r.ledger_no = $1 AND r.customer_no = $2 AND r.seq < w.seq " +
        "  AND NOT EXISTS (SELECT 1 FROM record_failures f WHERE f.ledger_no = $1 AND f.ledger_index = r.ledger_index AND f.healed_at IS NULL) " +
        "  ORDER BY r.seq DESC LIMIT 1) earlier ON own.before IS NULL ORDER BY w.place";

    private const string BalanceAfter = "SELECT balance_after FROM records WHERE ledger_no = $1 AND customer_no = $2 AND seq = $3";

    private const string LastAtBalance =
        "SELECT seq FROM records WHERE ledger_no = $1 AND customer_no = $2 AND seq BETWEEN $3 AND $4 AND balance_after = $5 ORDER BY seq DESC LIMIT 1";

    /// <summary>Asks for a window beside other things.</summary>
    /// <param name="afterSeq">Only records with a higher number; 0 for no such limit.</param>
    public static BatchAnswer<VerifiedWindow> Add(SnapshotBatch snapshot, int ledgerNo, int customerNo, Window window, long afterSeq)
    {
        var (firstDay, lastDay) = (CustomerDay.Of(window.Start), CustomerDay.Of(window.End.AddMicroseconds(-1)));
        int[] edgeDays = [.. new[] { firstDay, lastDay }.Distinct().Where(day => afterSeq > 0 || !Holds(window, CustomerDay.WindowOf(day)))];
        Timestamp[] instants = [.. edgeDays.Select(CustomerDay.WindowOf).Append(window).SelectMany(w => (Timestamp[])[w.Start, w.End]).Distinct()];
        var days = snapshot.Add(Question.Rows(ReadDay, StoredDays, ledgerNo, customerNo, firstDay, lastDay));
        var found = snapshot.Add(Question.Row(
            row => (Seqs: row.GetFieldValue<long[]>(0), SealedThrough: row.GetInt64(1), Failed: row.GetFieldValue<long[]>(2), Net: row.GetDecimal(3)),
            FindWindow, ledgerNo, customerNo, Array.ConvertAll(instants, at => (Timestamp?)at), window.Start, window.End, afterSeq + 1, MaxFailures));
        return new BatchAnswer<VerifiedWindow>(() =>
        {
            var (seqs, sealedThrough, failed, net) = found.Value;
            var (start, end) = (SeqAt(window.Start), SeqAt(window.End));
            var first = Math.Max(start, afterSeq + 1);
            var last = Math.Max(Math.Min(end - 1, sealedThrough), first - 1);
            var range = new VerifiedRange(ledgerNo, customerNo, window, first, last, end, sealedThrough, failed).Between(first, last);
            return new VerifiedWindow(range, net, days.Value, [.. edgeDays.Select(day => (day, SeqAt(CustomerDay.WindowOf(day).Start), SeqAt(CustomerDay.WindowOf(day).End) - 1))], failed);

            long SeqAt(Timestamp at) => seqs[Array.IndexOf(instants, at)];
        });
    }

    /// <param name="afterSeq">Only records with a higher number; 0 for no such limit.</param>
    public async Task<VerifiedWindow> ReadAsync(int ledgerNo, int customerNo, Window window, long afterSeq, CancellationToken ct)
    {
        var snapshot = new SnapshotBatch(database);
        var read = Add(snapshot, ledgerNo, customerNo, window, afterSeq);
        await snapshot.AskAsync(ct);
        return read.Value;
    }

    public Task<decimal> NetAsync(VerifiedRange range, CancellationToken ct)
    {
        var runs = range.SoundRuns();
        return Question.Row(
            row => row.GetDecimal(0), NetBetween, range.LedgerNo, range.CustomerNo, runs.Select(r => r.First - 1).ToArray(), runs.Select(r => r.Last + 1).ToArray()).AskAsync(database, ct);
    }

    /// <summary>The range day by day, ascending; days without a record are left out. Days that do not lead to its net are not believed,
    /// and counted from the rows instead.</summary>
    public async Task<IReadOnlyList<DaySums>> SumsAsync(VerifiedWindow read, CancellationToken ct)
    {
        if (read.Range.Count == 0) return [];
        var days = read.Days.ToList();
        foreach (var cut in CutDays(read))
        {
            var whole = days.Find(d => d.Day == cut.Day) ?? new DaySums(cut.Day, 0, 0, 0);
            Replace(days, cut.Day, await SumsOfCutAsync(read, cut, whole, ct));
        }

        return days.Sum(d => d.RecordCount) == read.Range.Count && days.Sum(d => d.Net) == read.Net
            ? days
            : await CountAsync(read, read.Range.FirstSeq, read.Range.LastSeq, ct);
    }

    /// <summary>As <see cref="SumsAsync"/> without telling increases from decreases: no record is read but those at edges.</summary>
    public async Task<IReadOnlyList<DayNet>> NetsAsync(VerifiedWindow read, CancellationToken ct)
    {
        if (read.Range.Count == 0) return [];
        var days = read.Days.Select(NetOf).ToList();
        foreach (var cut in CutDays(read))
        {
            if (days.FindIndex(d => d.Day == cut.Day) is var place && place < 0) continue;
            var part = read.Range.Between(cut.First, cut.Last);
            if (cut.Last < cut.First || part.Count == 0) days.RemoveAt(place);
            else days[place] = days[place] with { RecordCount = part.Count, Net = await NetAsync(part, ct) };
        }

        return days.Sum(d => d.RecordCount) == read.Range.Count && days.Sum(d => d.Net) == read.Net
            ? days
            : (await CountAsync(read, read.Range.FirstSeq, read.Range.LastSeq, ct)).ConvertAll(NetOf);

        static DayNet NetOf(DaySums day) => new(day.Day, day.RecordCount, day.Net, day.Increases, day.Decreases);
    }

    /// <summary>Numbers of the range that were accepted on that day; none when the last is lower than the first.</summary>
    public async Task<(long First, long Last)> SeqsOfDayAsync(VerifiedRange range, int day, CancellationToken ct)
    {
        var edges = await WindowReader.Edges(range.LedgerNo, range.CustomerNo, CustomerDay.WindowOf(day)).AskAsync(database, ct);
        return (Math.Max(edges.FirstSeq, range.FirstSeq), Math.Min(edges.LastSeq, range.LastSeq));
    }

    /// <summary>The last number of a run of sound records after which the balance was exactly that; null when it never was.</summary>
    /// <param name="range">Whose customer.</param>
    /// <param name="run">Numbers without a failed one among them.</param>
    /// <param name="balance">Over all accepted records.</param>
    /// <param name="isOneWay">The run only rises or only falls: then it is searched and not read.</param>
    /// <param name="ct">Stops the wait.</param>
    public async Task<long?> LastAtBalanceAsync(
        VerifiedRange range, (long First, long Last) run, decimal balance, bool isOneWay, CancellationToken ct)
    {
        var (first, last) = run;
        if (isOneWay && await BalanceAfterAsync(range, first, ct) is { } before && await BalanceAfterAsync(range, last, ct) is { } after)
        {
            var rises = after >= before;
            while (first < last)
            {
                var middle = first + (last - first) / 2;
                if (await BalanceAfterAsync(range, middle, ct) is not { } there) return await ReadForBalanceAsync(range, run, balance, ct);
                if (rises ? there >= balance : there <= balance) last = middle;
                else first = middle + 1;
            }

            return await BalanceAfterAsync(range, first, ct) == balance ? first : null;
        }

        return await ReadForBalanceAsync(range, run, balance, ct);
    }

    /// <summary>The balance over all accepted records before each number.</summary>
    public Task<List<decimal>> BalancesBeforeAsync(int ledgerNo, int customerNo, IReadOnlyCollection<long> seqs, CancellationToken ct) =>
        BalancesBefore(ledgerNo, customerNo, seqs).AskAsync(database, ct);

    /// <inheritdoc cref="BalancesBeforeAsync"/>
    public static Question<List<decimal>> BalancesBefore(int ledgerNo, int customerNo, IReadOnlyCollection<long> seqs) =>
        Question.Rows(row => row.GetDecimal(0), FindBalancesBefore, ledgerNo, customerNo, seqs.ToArray());

    private static bool Holds(Window window, Window day) => day.Start >= window.Start && day.End <= window.End;

    private static DaySums ReadDay(NpgsqlDataReader row) => new(row.GetInt32(0), row.GetInt64(1), row.GetDecimal(2), row.GetDecimal(3));

    /// <summary>The days at the window's edges of which only a part is in the range.</summary>
    private static IEnumerable<CutDay> CutDays(VerifiedWindow read)
    {
        foreach (var (day, dayFirst, end) in read.EdgeDays)
        {
            var dayLast = Math.Min(end, read.Range.SealedThrough);
            var (first, last) = (Math.Max(dayFirst, read.Range.FirstSeq), Math.Min(dayLast, read.Range.LastSeq));
            if (first != dayFirst || last != dayLast) yield return new CutDay(day, dayFirst, dayLast, first, last);
        }
    }

    private static void Replace(List<DaySums> days, int day, DaySums cut)
    {
        var place = days.FindIndex(d => d.Day >= day);
        if (place >= 0 && days[place].Day == day) days.RemoveAt(place);
        if (cut.RecordCount > 0) days.Insert(place < 0 ? days.Count : place, cut);
    }

    /// <summary>Reads the smaller part of the day: the one inside, or those outside.</summary>
    private async Task<DaySums> SumsOfCutAsync(VerifiedWindow read, CutDay cut, DaySums whole, CancellationToken ct)
    {
        if (cut.Last < cut.First) return new DaySums(cut.Day, 0, 0, 0);
        var inside = cut.Last - cut.First + 1;
        if (inside <= cut.DayLast - cut.DayFirst + 1 - inside) return await OneAsync(cut.First, cut.Last);

        var (before, after) = (await OneAsync(cut.DayFirst, cut.First - 1), await OneAsync(cut.Last + 1, cut.DayLast));
        return new DaySums(
            cut.Day, whole.RecordCount - before.RecordCount - after.RecordCount, whole.Increases - before.Increases - after.Increases,
            whole.Decreases - before.Decreases - after.Decreases);

        async Task<DaySums> OneAsync(long first, long last)
        {
            var counted = last < first ? [] : await CountAsync(read, first, last, ct);
            return new DaySums(cut.Day, counted.Sum(d => d.RecordCount), counted.Sum(d => d.Increases), counted.Sum(d => d.Decreases));
        }
    }

    /// <summary>Counted from the rows of these numbers.</summary>
    private Task<List<DaySums>> CountAsync(VerifiedWindow read, long first, long last, CancellationToken ct) => Question.Rows(
        ReadDay, CountedDays, read.Range.LedgerNo, read.Range.CustomerNo, first, last, read.Failed.ToArray()).AskAsync(database, ct);

    private async Task<decimal?> BalanceAfterAsync(VerifiedRange range, long seq, CancellationToken ct)
    {
        await using var command = Command(BalanceAfter, range.LedgerNo, range.CustomerNo, seq);
        return await command.ExecuteScalarAsync(ct) as decimal?;
    }

    private async Task<long?> ReadForBalanceAsync(
        VerifiedRange range, (long First, long Last) run, decimal balance, CancellationToken ct)
    {
        await using var command = Command(LastAtBalance, range.LedgerNo, range.CustomerNo, run.First, run.Last, balance);
        return await command.ExecuteScalarAsync(ct) as long?;
    }

#pragma warning disable CA2100 // Written above.
    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return command;
    }
#pragma warning restore CA2100

    /// <param name="First">Of the part in the range.</param>
    private sealed record CutDay(int Day, long DayFirst, long DayLast, long First, long Last);
}
