using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Checkpoints;

/// <summary>A month's rollup whose MAC holds, with its tree.</summary>
internal sealed record OpenedMonth(StoredMonth Month, TreeFrontier Tree);

/// <summary>Reads the content of a covered window: by rollup where one fits, otherwise record by record.</summary>
/// <remarks>
/// With a rollup this costs two searches, a few rows at the edges and the records that are not sealed yet, whatever the number
/// of records of the month. Any other window streams a narrow part of its rows once: its cost is the number of its records,
/// its memory is flat. Increases and decreases come from the rollup in the first case and are summed over the rows in the second.
/// </remarks>
internal sealed class WindowGathering(WindowReader windows, RecordIds ids, FrontierMac frontiers)
{
    private const int MaxListed = 100;

    /// <summary>A minute, in microseconds: a record that was sealed so long after an instant was not accepted before it.</summary>
    private const long LongestSealing = 60_000_000;

    /// <summary>Null when the window is no month, or its rollup may not be believed. To be read <i>before</i> the cut-off is
    /// decided, so that it holds no record past it.</summary>
    public async Task<OpenedMonth?> RollupAsync(CheckpointOrder order, CancellationToken ct) =>
        order.Month is { } period ? await OpenAsync(order.Customer, period, ct) : null;

    public async Task<WindowContent> ReadAsync(CheckpointOrder order, Timestamp coveredThrough, OpenedMonth? rollup, CancellationToken ct)
    {
        var customer = order.Customer;
        var edges = await windows.EdgesAsync(customer.Ledger.LedgerNo, customer.CustomerNo, order.Window with { End = coveredThrough }, ct);
        try
        {
            if (order.Mode == CheckpointMode.Selected) return await ReadSelectedAsync(order, edges, ct);

            var isUsable = rollup is not null && Fits(rollup, edges);
            var content = await ReadAllAsync(order, edges, coveredThrough, isUsable ? rollup : null, ct);

            // A rollup whose sums do not lead from the opening to the closing balance is not believed either.
            return isUsable && !content.IsBalanced ? await ReadAllAsync(order, edges, coveredThrough, null, ct) : content;
        }
        catch (StoredRecordException damaged)
        {
            return new WindowContent { Edges = edges, Fold = WindowFold.Empty(edges.FirstSeq), FailedIndexes = [damaged.LedgerIndex] };
        }
    }

    private async Task<OpenedMonth?> OpenAsync(CustomerRow customer, Period period, CancellationToken ct)
    {
        var (ledgerNo, customerNo) = (customer.Ledger.LedgerNo, customer.CustomerNo);
        if (await windows.MonthAsync(ledgerNo, customerNo, CustomerMonth.Of(period), ct) is not { FirstSeq: { } firstSeq } month) return null;
        return frontiers.TryOpen(ledgerNo, customerNo, month.Month, firstSeq, month.Frontier, month.FrontierMac, out var tree)
            ? new OpenedMonth(month, tree)
            : null;
    }

    private static bool Fits(OpenedMonth rollup, WindowEdges edges) =>
        rollup.Month.FirstSeq == edges.FirstSeq && rollup.Tree.Size.Value == rollup.Month.RecordCount
        && rollup.Month.LastSeq == edges.FirstSeq + rollup.Month.RecordCount - 1 && rollup.Month.LastSeq <= edges.LastSeq;

    private async Task<WindowContent> ReadAllAsync(
        CheckpointOrder order, WindowEdges edges, Timestamp coveredThrough, OpenedMonth? rollup, CancellationToken ct)
    {
        var customer = order.Customer;
        var fold = rollup is null ? WindowFold.Empty(edges.FirstSeq) : WindowFold.After(rollup.Month, rollup.Tree);
        var taken = fold.LastSeq;
        var from = fold.Count > 0 ? taken : taken + 1; // the last that the rollup holds too: the next is held against it
        await foreach (var row in windows.RowsAsync(customer.Ledger.LedgerNo, customer.CustomerNo, from, edges.LastSeq, ct))
        {
            if (row.Seq == taken) fold.Follow(row);
            else fold.Add(row);
        }

        fold.EndAt(edges.LastSeq);
        long[] atTheEdges = [edges.FirstSeq - 1, edges.FirstSeq, edges.LastSeq, edges.LastSeq + 1];
        var rows = await ReadWholeAsync(order, [.. atTheEdges.Concat(fold.Suspects).Where(s => s > 0).Distinct()], ct);
        var failures = await windows.FailuresAsync(customer.Ledger.LedgerNo, customer.CustomerNo, edges.FirstSeq, edges.LastSeq, MaxListed, ct);
        var content = new WindowContent { Edges = edges, Fold = fold, Rows = rows, FailedIndexes = [.. failures.Select(f => f.LedgerIndex)] };
        return content with
        {
            IsStartProven = rollup is not null || await IsBeforeAsync(customer, content.Whole(edges.FirstSeq - 1), order.Window.Start, ct),
            IsEndProven = await IsEndProvenAsync(order, edges, content, coveredThrough, ct),
        };
    }

    /// <summary>Whether something besides the record after the window says that it is after it. Only looked for when that record
    /// cannot say it by itself.</summary>
    private async Task<bool> IsEndProvenAsync(CheckpointOrder order, WindowEdges edges, WindowContent content, Timestamp coveredThrough, CancellationToken ct)
    {
        var (customer, after) = (order.Customer, edges.LastSeq + 1);
        var record = content.Whole(after);
        if (after > edges.KnownLastSeq || record is { Reproduces: true }) return false;
        if (order.Month is { } month && (await OpenAsync(customer, month.Next(), ct))?.Month.FirstSeq == after) return true;
        return record is not null && await windows.SealedAtAsync(customer.Ledger.LedgerNo, record.Record.LedgerIndex, ct) is { } sealedAt
            && sealedAt >= coveredThrough.AddMicroseconds(LongestSealing);
    }

    /// <summary>Whether a record that does not reproduce its hash was sealed before the window began.</summary>
    private async Task<bool> IsBeforeAsync(CustomerRow customer, CheckedRecord? record, Timestamp start, CancellationToken ct) =>
        record is { Reproduces: false } && await windows.SealedAtAsync(customer.Ledger.LedgerNo, record.Record.LedgerIndex, ct) is { } sealedAt && sealedAt < start;

    private async Task<WindowContent> ReadSelectedAsync(CheckpointOrder order, WindowEdges edges, CancellationToken ct)
    {
        var (ledgerNo, customerNo) = (order.Customer.Ledger.LedgerNo, order.Customer.CustomerNo);
        var wanted = order.Fingerprints.ToHashSet();
        var seqs = new List<long>(wanted.Count);
        await foreach (var (seq, leaf) in windows.LeavesAsync(ledgerNo, customerNo, edges.FirstSeq, edges.LastSeq, ct))
        {
            if (wanted.Remove(leaf)) seqs.Add(seq);
            if (wanted.Count == 0) break;
        }

        var rows = await ReadWholeAsync(order, seqs, ct);
        var failures = seqs.Count == 0 ? [] : await windows.FailuresAsync(ledgerNo, customerNo, seqs[0], seqs[^1], int.MaxValue, ct);
        return new WindowContent
        {
            Edges = edges,
            Fold = WindowFold.Of(rows.Select(r => r.Record)),
            Rows = rows,
            FailedIndexes = [.. failures.Where(f => seqs.BinarySearch(f.Seq) >= 0).Select(f => f.LedgerIndex)],
            UnknownFingerprints = [.. order.Fingerprints.Where(wanted.Contains)],
            SelectedSeqs = seqs,
        };
    }

    private async Task<IReadOnlyList<CheckedRecord>> ReadWholeAsync(CheckpointOrder order, List<long> seqs, CancellationToken ct)
    {
        if (seqs.Count == 0) return [];
        var (ledger, customerId) = (order.Customer.Ledger, order.Customer.CustomerId);
        var records = await windows.RecordsAsync(ledger.LedgerNo, order.Customer.CustomerNo, seqs, ct);
        return [.. records.Select(r => new CheckedRecord(r, r.ReproducesLeaf(ledger.LedgerId, customerId, ids)))];
    }
}
