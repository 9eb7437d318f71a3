using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Balance;

/// <summary>Where a replay begins and ends.</summary>
/// <param name="Mode">As the answer says it.</param>
/// <param name="Window">By acceptance.</param>
/// <param name="AfterSeq">Only records with a higher number; 0 for no such limit.</param>
internal sealed record ReplayStart(string Mode, Window Window, long AfterSeq);

/// <summary>Sums of the verified records of a replay.</summary>
/// <param name="FirstSeq">Of the first verified record; null when there is none.</param>
/// <param name="RangeFirst">First number of the range, whatever became of the record.</param>
/// <param name="RangeLast">Last sealed number of the range; one less than <paramref name="RangeFirst"/> when there is none.</param>
internal sealed record ReplayTotals(
    long Count, decimal Net, long? FirstSeq, long? LastSeq, long RangeFirst, long RangeLast, long PendingCount, IReadOnlyList<long> FailedSeqs);

/// <summary>Totals of any window of one customer from its edges: nothing here scans the records of a customer, save a
/// breakdown, which reads the records of its window once.</summary>
internal sealed class ReplayReader(NpgsqlDataSource database, WindowReader windows, RecordLookup records)
{
    private const int MaxFailures = 100_000;

    private const string SealedThrough = "SELECT coalesce(max(last_seq), 0) FROM customer_months WHERE ledger_no = $1 AND customer_no = $2";

    private const string Grouped =
        "SELECT width_bucket(r.accepted_at, $5::timestamptz[]) - 1, count(*), coalesce(sum(r.delta) FILTER (WHERE r.delta > 0), 0), " +
        "coalesce(sum(r.delta) FILTER (WHERE r.delta < 0), 0) FROM records r " +
        "WHERE r.ledger_no = $1 AND r.customer_no = $2 AND r.seq BETWEEN $3 AND $4 AND r.seq <> ALL ($6) GROUP BY 1";

    public async Task<ReplayTotals> TotalsAsync(CustomerToRead customer, ReplayStart start, CancellationToken ct)
    {
        var (ledgerNo, customerNo) = (customer.Ledger.LedgerNo, customer.CustomerNo);
        var edges = await windows.EdgesAsync(ledgerNo, customerNo, start.Window, ct);
        var first = Math.Max(edges.FirstSeq, start.AfterSeq + 1);
        var last = Math.Min(edges.LastSeq, await SealedThroughAsync(ledgerNo, customerNo, ct));
        var pending = Math.Max(0, edges.LastSeq - Math.Max(last, first - 1));
        if (last < first) return new ReplayTotals(0, 0, null, null, first, first - 1, pending, []);

        var failed = (await windows.FailuresAsync(ledgerNo, customerNo, first, last, MaxFailures, ct)).Select(f => f.Seq).ToArray();
        var (opening, closing) = await BalancesAsync(customer, first - 1, last, ct);
        var net = closing - opening;
        foreach (var seq in failed) net -= await DeltaOfFailedAsync(customer, seq, ct);

        var (firstGood, lastGood) = (first, last);
        while (failed.Contains(firstGood)) firstGood++;
        while (failed.Contains(lastGood)) lastGood--;
        var count = last - first + 1 - failed.Length;
        return new ReplayTotals(count, net, count == 0 ? null : firstGood, count == 0 ? null : lastGood, first, last, pending, failed);
    }

    public async Task<IReadOnlyList<BalanceBucket>> BreakdownAsync(
        CustomerToRead customer, ReplayTotals totals, IReadOnlyList<Window> buckets, decimal startingBalance, CancellationToken ct)
    {
        if (buckets.Count == 0) return [];
        var sums = new (long Count, decimal Increases, decimal Decreases)[buckets.Count];
        await using (var command = database.CreateCommand(Grouped))
        {
            command.Parameters.Add(new() { Value = customer.Ledger.LedgerNo });
            command.Parameters.Add(new() { Value = customer.CustomerNo });
            command.Parameters.Add(new() { Value = totals.RangeFirst });
            command.Parameters.Add(new() { Value = totals.RangeLast });
            command.Parameters.Add(new() { Value = buckets.Select(b => b.Start.ToDateTimeOffset().UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
            command.Parameters.Add(new() { Value = totals.FailedSeqs.ToArray() });
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct)) sums[Math.Max(0, row.GetInt32(0))] = (row.GetInt64(1), row.GetDecimal(2), row.GetDecimal(3));
        }

        var balance = startingBalance;
        return buckets.Select((bucket, i) =>
        {
            var (count, increases, decreases) = sums[i];
            balance += increases + decreases;
            return new BalanceBucket(
                bucket.Start.ToDateTimeOffset(), bucket.End.ToDateTimeOffset(), count, count, increases, decreases, increases + decreases, balance);
        }).ToArray();
    }

    private async Task<long> SealedThroughAsync(int ledgerNo, int customerNo, CancellationToken ct)
    {
        await using var command = database.CreateCommand(SealedThrough);
        command.Parameters.Add(new() { Value = ledgerNo });
        command.Parameters.Add(new() { Value = customerNo });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task<(decimal Opening, decimal Closing)> BalancesAsync(CustomerToRead customer, long before, long last, CancellationToken ct)
    {
        var rows = await windows.RecordsAsync(customer.Ledger.LedgerNo, customer.CustomerNo, [before, last], ct);
        return (rows.FirstOrDefault(r => r.Seq == before)?.BalanceAfter.Value ?? 0, rows.FirstOrDefault(r => r.Seq == last)?.BalanceAfter.Value ?? 0);
    }

    /// <summary>What a damaged record added, told by its neighbours: its own row is not believed.</summary>
    private async Task<decimal> DeltaOfFailedAsync(CustomerToRead customer, long seq, CancellationToken ct)
    {
        var rows = await records.RangeAsync(customer.Ledger.LedgerNo, customer.CustomerNo, seq - 1, seq + 1, 3, newestFirst: false, ct);
        var before = rows.FirstOrDefault(r => r.Record.Seq == seq - 1)?.Record.BalanceAfter.Value ?? 0;
        var own = rows.FirstOrDefault(r => r.Record.Seq == seq)?.Record;
        var next = rows.FirstOrDefault(r => r.Record.Seq == seq + 1)?.Record;
        return next is null ? own is null ? 0 : own.BalanceAfter.Value - before : next.BalanceAfter.Value - next.Delta.Value - before;
    }
}
