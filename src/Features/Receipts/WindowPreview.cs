using Npgsql;
using PacSpace.Evidence;
using PacSpace.Features.Checkpoints;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Receipts;

/// <param name="PendingCount">Records of the window that are not verified yet.</param>
internal sealed record PreviewedWindow(ReceiptFacts Facts, long PendingCount, long FailedCount);

/// <summary>What a checkpoint of a window would say now, from edges and rollups, without raising the floor or committing anything.</summary>
internal sealed class WindowPreview(NpgsqlDataSource database, VerifiedReader verified)
{
    private const string Floor = "SELECT accepted_floor FROM ledger_heads WHERE ledger_no = $1";

    // Verified at the window's two ends; what the statement would call first and last.
    private const string Instants =
        "SELECT (SELECT accepted_at FROM records WHERE ledger_no = $1 AND customer_no = $2 AND seq = $3), " +
        "(SELECT accepted_at FROM records WHERE ledger_no = $1 AND customer_no = $2 AND seq = $4)";

    private const string Units =
        "SELECT min(unit), max(unit), coalesce(bool_or(mixed_units), false) FROM customer_months " +
        "WHERE ledger_no = $1 AND customer_no = $2 AND month BETWEEN $3 AND $4";

    /// <summary>Null for a window of which nothing has passed yet.</summary>
    /// <param name="unit">Where the records have none, or more than one.</param>
    public async Task<PreviewedWindow?> ReadAsync(CustomerRow customer, Window window, Timestamp now, string? unit, CancellationToken ct)
    {
        var (ledgerNo, customerNo) = (customer.Ledger.LedgerNo, customer.CustomerNo);
        var floor = await Question.Row(row => RecordReader.ReadTimestamp(row, 0), Floor, ledgerNo).AskAsync(database, ct);
        if (CutOff.Decide(window, now, floor) is not { } cutOff) return null;

        var covered = window with { End = cutOff.CoveredThrough };
        var read = await verified.ReadAsync(ledgerNo, customerNo, covered, 0, ct);
        var (range, net, days) = (read.Range, read.Net, await verified.SumsAsync(read, ct));
        var runs = range.SoundRuns();
        var snapshot = new SnapshotBatch(database);
        var balances = snapshot.Add(VerifiedReader.BalancesBefore(ledgerNo, customerNo, [range.FirstSeq]));
        var instants = runs.Count == 0 ? null : snapshot.Add(Question.Row(
            row => (InstantOrNull(row, 0), InstantOrNull(row, 1)), Instants, ledgerNo, customerNo, runs[0].First, runs[^1].Last));
        var oneUnit = range.Count == 0 ? null : snapshot.Add(Question.Row(
            OneUnit, Units, ledgerNo, customerNo, CustomerMonth.Of(covered.Start), CustomerMonth.Of(covered.End.AddMicroseconds(-1))));
        await snapshot.AskAsync(ct);
        var (opening, (first, last)) = (balances.Value[0], instants?.Value ?? default);
        var facts = new ReceiptFacts(
            customer, customer.VendorName, "QUEUED", window, cutOff.AsOf, cutOff.CoveredThrough,
            oneUnit?.Value ?? unit ?? customer.Unit, range.Count, days.Sum(d => d.Increases), days.Sum(d => d.Decreases), net,
            opening, first, last);
        return new PreviewedWindow(facts, range.PendingCount, range.FailedSeqs.Count);
    }

    private static Timestamp? InstantOrNull(NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : RecordReader.ReadTimestamp(row, at);

    /// <summary>The one unit of the months that the window touches; null when there is none or more than one.</summary>
    private static string? OneUnit(NpgsqlDataReader row) =>
        row.IsDBNull(0) || row.GetBoolean(2) || row.GetString(0) != row.GetString(1) ? null : row.GetString(0);
}
