using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Receipts;

/// <summary>The covered records of one UTC month.</summary>
public sealed record WindowSummary(string Period, decimal TotalIncreases, decimal TotalDecreases, decimal NetChange, long DeltaCount)
{
    public long DeltasCount => DeltaCount;
}

/// <summary>The covered records of a checkpoint, month by month.</summary>
/// <remarks>A window of one month is the checkpoint itself; a whole month comes from its rollup, a part of one from its days.</remarks>
internal sealed class WindowSummaries(WindowReader windows, VerifiedReader verified)
{
    public async Task<IReadOnlyList<WindowSummary>> OfAsync(StoredCheckpoint checkpoint, CancellationToken ct)
    {
        var first = Period.Of(checkpoint.Window.Start);
        var last = Period.Of(checkpoint.Window.End.AddMicroseconds(-1));
        if (first == last)
        {
            return [new WindowSummary(
                first.ToString(), checkpoint.Increases.Value, checkpoint.Decreases.Value, checkpoint.Net.Value, checkpoint.RecordCount)];
        }

        var rows = new List<WindowSummary>();
        for (var period = first; period <= last; period = period.Next()) rows.Add(await OfAsync(checkpoint, period, ct));
        return rows;
    }

    private async Task<WindowSummary> OfAsync(StoredCheckpoint checkpoint, Period period, CancellationToken ct)
    {
        var (ledgerNo, customerNo) = (checkpoint.Customer.Ledger.LedgerNo, checkpoint.Customer.CustomerNo);
        var covered = new Window(Later(period.Window.Start, checkpoint.Window.Start), Earlier(period.Window.End, checkpoint.CoveredThrough));
        if (covered.IsEmpty) return new WindowSummary(period.ToString(), 0, 0, 0, 0);

        var edges = await windows.EdgesAsync(ledgerNo, customerNo, covered, ct);
        var month = await windows.MonthAsync(ledgerNo, customerNo, CustomerMonth.Of(period), ct);
        if (month is not null && month.FirstSeq == edges.FirstSeq && month.LastSeq == edges.LastSeq && month.RecordCount == edges.Count)
            return new WindowSummary(period.ToString(), month.Increases, month.Decreases, month.Increases + month.Decreases, edges.Count);

        var window = await verified.ReadAsync(ledgerNo, customerNo, covered, 0, ct);
        var days = await verified.SumsAsync(window, ct);
        var (increases, decreases) = (days.Sum(d => d.Increases), days.Sum(d => d.Decreases));
        return new WindowSummary(period.ToString(), increases, decreases, increases + decreases, window.Range.Count);
    }

    private static Timestamp Later(Timestamp a, Timestamp b) => a > b ? a : b;

    private static Timestamp Earlier(Timestamp a, Timestamp b) => a < b ? a : b;
}
