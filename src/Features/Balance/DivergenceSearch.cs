using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Balance;

/// <summary>Where a claimed balance parted from the running one.</summary>
/// <param name="AfterSeq">The last record after which the two were equal; null when that was before the first record, or never.</param>
/// <param name="NextSeq">The first verified record after that point; null when the two were never equal.</param>
internal sealed record Divergence(long? AfterSeq, long? NextSeq);

/// <summary>Finds the last point of a replay at which the running balance equalled a claim (api-balance 3.6).</summary>
/// <remarks>Goes back day by day over the rollup. Only a day whose rise and fall reach the claim is looked into: by search when it only
/// rises or only falls, otherwise by reading its balances.</remarks>
internal sealed class DivergenceSearch(VerifiedReader verified, VerifiedWindow read, decimal startingBalance)
{
    private readonly VerifiedRange _range = read.Range;

    private IReadOnlyList<DayNet>? _days;

    /// <summary>Null when the replay ends at the claim.</summary>
    public async Task<Divergence?> FindAsync(decimal claim, CancellationToken ct)
    {
        if (startingBalance + read.Net == claim) return null;
        _days ??= await verified.NetsAsync(read, ct);
        var running = startingBalance + read.Net;
        foreach (var day in _days.Reverse())
        {
            running -= day.Net;
            if (claim < running + day.Fall || claim > running + day.Rise) continue;
            if (await FindAsync(day, running, claim, ct) is { } found) return new Divergence(found, NextSound(found));
        }

        return new Divergence(null, startingBalance == claim ? NextSound(_range.FirstSeq - 1) : null);
    }

    /// <param name="running">At the beginning of the day.</param>
    private async Task<long?> FindAsync(DayNet day, decimal running, decimal claim, CancellationToken ct)
    {
        var (first, last) = await verified.SeqsOfDayAsync(_range, day.Day, ct);
        if (last < first) return null;

        // Failed records stand in balanceAfter and not in the running balance: between them the two differ by a constant each.
        var part = _range.Between(first, last);
        long? found = null;
        foreach (var run in part.SoundRuns())
        {
            var opening = (await verified.BalancesBeforeAsync(_range.LedgerNo, _range.CustomerNo, [run.First], ct))[0];
            found = await verified.LastAtBalanceAsync(_range, run, claim - running + opening, day.Rise == 0 || day.Fall == 0, ct) ?? found;
            running += await verified.NetAsync(_range.Between(run.First, run.Last), ct);
        }

        return found;
    }

    private long NextSound(long seq) => Math.Max(seq + 1, _range.SoundRuns().First(run => run.Last > seq).First);
}
