using Npgsql;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Records;

/// <summary>Which numbers of a customer a window holds, and which of them are verified.</summary>
/// <param name="IsWhole">The range begins with the window's first record.</param>
/// <param name="FirstSeq">Of the range asked for, whatever became of the record.</param>
/// <param name="LastSeq">Last number of the range that a rollup holds; one less than <paramref name="FirstSeq"/> when there is none.</param>
/// <param name="EndSeq">One past the last number of the window, verified or not.</param>
/// <param name="SealedThrough">The last number of the customer that a rollup holds.</param>
/// <param name="FailedSeqs">Numbers of the range that are FAILED at present, ascending.</param>
public sealed record VerifiedRange(
    int LedgerNo, int CustomerNo, Window Window, bool IsWhole, long FirstSeq, long LastSeq, long EndSeq, long SealedThrough, IReadOnlyList<long> FailedSeqs)
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
/// sums of increases and of decreases need its rows; the smaller part of it is read. Edges and rollups
/// must be of the same instant, hence the snapshot.
/// </remarks>
/// <param name="windows">Finds edges.</param>
/// <param name="snapshot">Everything is read from it.</param>
public sealed class VerifiedReader(WindowReader windows, ReadSnapshot snapshot)
{
    private const int MaxFailures = 100_000;

    private const string SealedThrough = "SELECT coalesce(max(last_seq), 0) FROM customer_months WHERE ledger_no = $1 AND customer_no = $2";

    // What a run of sound records adds is told by the balances at its two ends, so no damaged row is believed.
    private const string NetOfRuns =
        "SELECT coalesce(sum(z.balance_after - a.balance_after + a.delta), 0) FROM unnest($3::bigint[], $4::bigint[]) w(first, last) " +
        "CROSS JOIN LATERAL (SELECT r.balance_after, r.delta FROM records r WHERE r.ledger_no = $1 AND r.customer_no = $2 " +
        "  AND r.seq BETWEEN w.first AND w.last ORDER BY r.seq LIMIT 1) a " +
        "CROSS JOIN LATERAL (SELECT r.balance_after FROM records r WHERE r.ledger_no = $1 AND r.customer_no = $2 " +
        "  AND r.seq BETWEEN w.first AND w.last ORDER BY r.seq DESC LIMIT 1) z";

    private const string StoredDays =
        "SELECT day, record_count, increases, decreases FROM customer_days WHERE ledger_no = $1 AND customer_no = $2 AND day BETWEEN $3 AND $4 ORDER BY day";

    private const string CountedDays =
        "SELECT (r.accepted_at AT TIME ZONE 'UTC')::date - DATE '1970-01-01', count(*), coalesce(sum(r.delta) FILTER (WHERE r.delta > 0), 0), " +
        "coalesce(sum(r.delta) FILTER (WHERE r.delta < 0), 0) FROM records r WHERE r.ledger_no = $1 AND r.customer_no = $2 AND r.seq BETWEEN $3 AND $4 " +
        "AND NOT EXISTS (SELECT 1 FROM record_failures f WHERE f.ledger_no = r.ledger_no AND f.ledger_index = r.ledger_index AND f.healed_at IS NULL) " +
        "GROUP BY 1 ORDER BY 1";

    // The balance before a number, told by that record or by the last sound one before it.
    private const string BalancesBefore =
        "SELECT coalesce(own.before, earlier.balance_after, 0) FROM unnest($3::bigint[]) WITH ORDINALITY w(seq, place) " +
        "LEFT JOIN LATERAL (SELECT r.balance_after - r.delta AS before FROM records r WHERE r.ledger_no = $1 AND r.customer_no = $2 AND r.seq = w.seq " +
        "  AND NOT EXISTS (SELECT 1 FROM record_failures f WHERE f.ledger_no = $1 AND f.ledger_index = r.ledger_index AND f.healed_at IS NULL)) own ON true " +
        "LEFT JOIN LATERAL (SELECT r.balance_after FROM records r WHERE r.ledger_no = $1 AND r.customer_no = $2 AND r.seq < w.seq " +
        "  AND NOT EXISTS (SELECT 1 FROM record_failures f WHERE f.ledger_no = $1 AND f.ledger_index = r.ledger_index AND f.healed_at IS NULL) " +
        "  ORDER BY r.seq DESC LIMIT 1) earlier ON own.before IS NULL ORDER BY w.place";

    private const string BalanceAfter = "SELECT balance_after FROM records WHERE ledger_no = $1 AND customer_no = $2 AND seq = $3";

    private const string LastAtBalance =
        "SELECT seq FROM records WHERE ledger_no = $1 AND customer_no = $2 AND seq BETWEEN $3 AND $4 AND balance_after = $5 ORDER BY seq DESC LIMIT 1";

    /// <param name="afterSeq">Only records with a higher number; 0 for no such limit.</param>
    public async Task<VerifiedRange> RangeAsync(
        int ledgerNo, int customerNo, Window window, long afterSeq, CancellationToken ct)
    {
        var edges = await windows.EdgesAsync(ledgerNo, customerNo, window, ct, snapshot.Connection);
        var sealedThrough = (long)(await Command(SealedThrough, ledgerNo, customerNo).ExecuteScalarAsync(ct))!;
        var first = Math.Max(edges.FirstSeq, afterSeq + 1);
        var last = Math.Max(Math.Min(edges.LastSeq, sealedThrough), first - 1);
        var failed = last < first ? [] : await windows.FailuresAsync(ledgerNo, customerNo, first, last, MaxFailures, ct, snapshot.Connection);
        return new VerifiedRange(ledgerNo, customerNo, window, first == edges.FirstSeq, first, last, edges.LastSeq + 1, sealedThrough, [.. failed.Select(f => f.Seq)]);
    }

    public async Task<decimal> NetAsync(VerifiedRange range, CancellationToken ct)
    {
        var runs = range.SoundRuns();
        await using var command = Command(
            NetOfRuns, range.LedgerNo, range.CustomerNo, runs.Select(r => r.First).ToArray(), runs.Select(r => r.Last).ToArray());
        return (decimal)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>The range day by day, ascending; days without a record are left out.</summary>
    /// <param name="range">As it was read.</param>
    /// <param name="net">Its net. Days that do not lead there are not believed, and counted from the rows instead.</param>
    /// <param name="ct">Stops the wait.</param>
    public async Task<IReadOnlyList<DaySums>> SumsAsync(VerifiedRange range, decimal net, CancellationToken ct)
    {
        var days = await StoredAsync(range, ct);
        foreach (var day in EdgeDays(range))
        {
            if (await CutAsync(range, day, ct) is not { } cut) continue;
            var whole = days.Find(d => d.Day == day) ?? new DaySums(day, 0, 0, 0);
            Replace(days, day, await SumsOfCutAsync(range, cut, whole, ct));
        }

        return days.Sum(d => d.RecordCount) == range.Count && days.Sum(d => d.Net) == net
            ? days
            : await CountAsync(range, range.FirstSeq, range.LastSeq, ct);
    }

    /// <summary>As <see cref="SumsAsync"/> without telling increases from decreases: no record is read but those at edges.</summary>
    /// <inheritdoc cref="SumsAsync"/>
    public async Task<IReadOnlyList<DayNet>> NetsAsync(VerifiedRange range, decimal net, CancellationToken ct)
    {
        var days = (await StoredAsync(range, ct)).ConvertAll(NetOf);
        foreach (var day in EdgeDays(range))
        {
            if (await CutAsync(range, day, ct) is not { } cut || days.FindIndex(d => d.Day == day) is var place && place < 0) continue;
            var part = range.Between(cut.First, cut.Last);
            if (cut.Last < cut.First || part.Count == 0) days.RemoveAt(place);
            else days[place] = days[place] with { RecordCount = part.Count, Net = await NetAsync(part, ct) };
        }

        return days.Sum(d => d.RecordCount) == range.Count && days.Sum(d => d.Net) == net
            ? days
            : (await CountAsync(range, range.FirstSeq, range.LastSeq, ct)).ConvertAll(NetOf);

        static DayNet NetOf(DaySums day) => new(day.Day, day.RecordCount, day.Net, day.Increases, day.Decreases);
    }

    /// <summary>Numbers of the range that were accepted on that day; none when the last is lower than the first.</summary>
    public async Task<(long First, long Last)> SeqsOfDayAsync(VerifiedRange range, int day, CancellationToken ct)
    {
        var edges = await windows.EdgesAsync(range.LedgerNo, range.CustomerNo, CustomerDay.WindowOf(day), ct, snapshot.Connection);
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
    public async Task<IReadOnlyList<decimal>> BalancesBeforeAsync(
        int ledgerNo, int customerNo, IReadOnlyCollection<long> seqs, CancellationToken ct)
    {
        await using var command = Command(BalancesBefore, ledgerNo, customerNo, seqs.ToArray());
        await using var row = await command.ExecuteReaderAsync(ct);
        var balances = new List<decimal>(seqs.Count);
        while (await row.ReadAsync(ct)) balances.Add(row.GetDecimal(0));
        return balances;
    }

    private static IEnumerable<int> EdgeDays(VerifiedRange range) =>
        range.Count == 0 ? [] : new[] { CustomerDay.Of(range.Window.Start), CustomerDay.Of(range.Window.End.AddMicroseconds(-1)) }.Distinct();

    private static void Replace(List<DaySums> days, int day, DaySums cut)
    {
        var place = days.FindIndex(d => d.Day >= day);
        if (place >= 0 && days[place].Day == day) days.RemoveAt(place);
        if (cut.RecordCount > 0) days.Insert(place < 0 ? days.Count : place, cut);
    }

    private async Task<List<DaySums>> StoredAsync(VerifiedRange range, CancellationToken ct) => range.Count == 0
        ? []
        : await ListAsync(
            Command(
                StoredDays, range.LedgerNo, range.CustomerNo, CustomerDay.Of(range.Window.Start),
                CustomerDay.Of(range.Window.End.AddMicroseconds(-1))),
            ct);

    /// <summary>A day at the window's edge of which only a part is in the range; null when all of it is.</summary>
    private async Task<CutDay?> CutAsync(VerifiedRange range, int day, CancellationToken ct)
    {
        var whole = CustomerDay.WindowOf(day);
        if (range.IsWhole && whole.Start >= range.Window.Start && whole.End <= range.Window.End) return null;
        var edges = await windows.EdgesAsync(range.LedgerNo, range.CustomerNo, whole, ct, snapshot.Connection);
        var (dayFirst, dayLast) = (edges.FirstSeq, Math.Min(edges.LastSeq, range.SealedThrough));
        var (first, last) = (Math.Max(dayFirst, range.FirstSeq), Math.Min(dayLast, range.LastSeq));
        return first == dayFirst && last == dayLast ? null : new CutDay(day, dayFirst, dayLast, first, last);
    }

    /// <summary>Reads the smaller part of the day: the one inside, or those outside.</summary>
    private async Task<DaySums> SumsOfCutAsync(VerifiedRange range, CutDay cut, DaySums whole, CancellationToken ct)
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
            var counted = last < first ? [] : await CountAsync(range, first, last, ct);
            return new DaySums(cut.Day, counted.Sum(d => d.RecordCount), counted.Sum(d => d.Increases), counted.Sum(d => d.Decreases));
        }
    }

    private Task<List<DaySums>> CountAsync(VerifiedRange range, long first, long last, CancellationToken ct) =>
        ListAsync(Command(CountedDays, range.LedgerNo, range.CustomerNo, first, last), ct);

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

    private static async Task<List<DaySums>> ListAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using var disposed = command;
        await using var row = await command.ExecuteReaderAsync(ct);
        var days = new List<DaySums>();
        while (await row.ReadAsync(ct)) days.Add(new DaySums(row.GetInt32(0), row.GetInt64(1), row.GetDecimal(2), row.GetDecimal(3)));
        return days;
    }

#pragma warning disable CA2100 // Written above.
    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, snapshot.Connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return command;
    }
#pragma warning restore CA2100

    /// <param name="First">Of the part in the range.</param>
    private sealed record CutDay(int Day, long DayFirst, long DayLast, long First, long Last);
}
