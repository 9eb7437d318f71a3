using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Balance;

/// <summary>Sums of the verified records of a replay.</summary>
/// <param name="FirstSeq">Of the first verified record; null when there is none.</param>
internal sealed record ReplayTotals(long Count, decimal Net, long? FirstSeq, long? LastSeq, long PendingCount, IReadOnlyList<long> FailedSeqs);

/// <summary>A replay as of one instant.</summary>
internal sealed record ReplayRead(ReplayTotals Totals, IReadOnlyList<BalanceBucket> Breakdown);

/// <summary>Totals and buckets of any window of one customer, from its edges and its rollup by day: nothing here reads the records of
/// a customer, save one part of a day that a window cuts.</summary>
internal sealed class ReplayReader(VerifiedReader verified)
{
    public async Task<ReplayRead> ReadAsync(CustomerRow customer, Replay replay, CancellationToken ct) => (await ReadWindowAsync(customer, replay, ct)).Read;

    /// <summary>The same with the side of a claim that it does not meet (api-balance 3.6).</summary>
    public async Task<(ReplayRead Read, IReadOnlyList<Divergence?> Divergences)> CompareAsync(
        CustomerRow customer, Replay replay, IReadOnlyList<decimal> claims, CancellationToken ct)
    {
        var (read, window) = await ReadWindowAsync(customer, replay, ct);
        var search = new DivergenceSearch(verified, window, replay.StartingBalance);
        var divergences = new List<Divergence?>();
        foreach (var claim in claims) divergences.Add(await search.FindAsync(claim, ct));
        return (read, divergences);
    }

    private async Task<(ReplayRead Read, VerifiedWindow Window)> ReadWindowAsync(CustomerRow customer, Replay replay, CancellationToken ct)
    {
        var window = await verified.ReadAsync(customer.Ledger.LedgerNo, customer.CustomerNo, replay.Start.Window, replay.Start.AfterSeq, ct);
        var days = replay.Buckets.Count == 0 ? [] : await verified.SumsAsync(window, ct);
        return (new ReplayRead(Totals(window.Range, window.Net), Breakdown(replay.Buckets, days, replay.StartingBalance)), window);
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
