using Npgsql;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Balance;

/// <summary>Sums of the verified records of a replay.</summary>
/// <param name="FirstSeq">Of the first verified record; null when there is none.</param>
internal sealed record ReplayTotals(long Count, decimal Net, long? FirstSeq, long? LastSeq, long PendingCount, IReadOnlyList<long> FailedSeqs);

/// <summary>A replay as of one instant.</summary>
internal sealed record ReplayRead(ReplayTotals Totals, IReadOnlyList<BalanceBucket> Breakdown);

/// <summary>Totals and buckets of any window of one customer, from its edges and its rollup by day: nothing here reads the records of
/// a customer, save one part of a day that a window cuts.</summary>
internal sealed class ReplayReader(NpgsqlDataSource database, WindowReader windows)
{
    public async Task<ReplayRead> ReadAsync(CustomerToRead customer, Replay replay, CancellationToken ct)
    {
        await using var snapshot = await ReadSnapshot.TakeAsync(database, ct);
        return (await ReadAsync(new VerifiedReader(windows, snapshot), customer, replay, ct)).Read;
    }

    /// <summary>The same with the side of a claim that it does not meet (api-balance 3.6).</summary>
    public async Task<(ReplayRead Read, IReadOnlyList<Divergence?> Divergences)> CompareAsync(
        CustomerToRead customer, Replay replay, IReadOnlyList<decimal> claims, CancellationToken ct)
    {
        await using var snapshot = await ReadSnapshot.TakeAsync(database, ct);
        var verified = new VerifiedReader(windows, snapshot);
        var (read, range) = await ReadAsync(verified, customer, replay, ct);
        var search = new DivergenceSearch(verified, range, read.Totals.Net, replay.StartingBalance);
        var divergences = new List<Divergence?>();
        foreach (var claim in claims) divergences.Add(await search.FindAsync(claim, ct));
        return (read, divergences);
    }

    private static async Task<(ReplayRead Read, VerifiedRange Range)> ReadAsync(VerifiedReader verified, CustomerToRead customer, Replay replay, CancellationToken ct)
    {
        var range = await verified.RangeAsync(customer.Ledger.LedgerNo, customer.CustomerNo, replay.Start.Window, replay.Start.AfterSeq, ct);
        var net = await verified.NetAsync(range, ct);
        var days = replay.Buckets.Count == 0 ? [] : await verified.SumsAsync(range, net, ct);
        return (new ReplayRead(Totals(range, net), Breakdown(replay.Buckets, days, replay.StartingBalance)), range);
    }

    private static ReplayTotals Totals(VerifiedRange range, decimal net)
    {
        var runs = range.SoundRuns();
        return new ReplayTotals(
            range.Count, net, runs.Count == 0 ? null : runs[0].First, runs.Count == 0 ? null : runs[^1].Last, range.PendingCount, range.FailedSeqs);
    }

    /// <summary>Buckets are whole days but at the window's edges, where the days are cut too.</summary>
    private static BalanceBucket[] Breakdown(IReadOnlyList<Window> buckets, IReadOnlyList<DaySums> days, decimal startingBalance)
    {
        var (balance, next) = (startingBalance, 0);
        return [.. buckets.Select(bucket =>
        {
            var (count, increases, decreases) = (0L, 0m, 0m);
            for (var end = CustomerDay.Of(bucket.End.AddMicroseconds(-1)); next < days.Count && days[next].Day <= end; next++)
                (count, increases, decreases) = (count + days[next].RecordCount, increases + days[next].Increases, decreases + days[next].Decreases);
            balance += increases + decreases;
            return new BalanceBucket(
                bucket.Start.ToDateTimeOffset(), bucket.End.ToDateTimeOffset(), count, count, increases, decreases, increases + decreases, balance);
        })];
    }
}
