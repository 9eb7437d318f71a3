using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Features.Checkpoints;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Receipts;

/// <param name="PendingCount">Records of the window that are not verified yet.</param>
internal sealed record PreviewedWindow(ReceiptFacts Facts, long PendingCount, long FailedCount);

/// <summary>What a checkpoint of a window would say now, from edges and rollups, without raising the floor or committing anything.</summary>
internal sealed class WindowPreview(NpgsqlDataSource database, WindowReader windows)
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
        await using var snapshot = await ReadSnapshot.TakeAsync(database, ct);
        if (CutOff.Decide(window, now, await FloorAsync(snapshot, ledgerNo, ct)) is not { } cutOff) return null;

        var verified = new VerifiedReader(windows, snapshot);
        var covered = window with { End = cutOff.CoveredThrough };
        var range = await verified.RangeAsync(ledgerNo, customerNo, covered, 0, ct);
        var net = await verified.NetAsync(range, ct);
        var days = await verified.SumsAsync(range, net, ct);
        var opening = (await verified.BalancesBeforeAsync(ledgerNo, customerNo, [range.FirstSeq], ct))[0];
        var (first, last) = await InstantsAsync(snapshot, range, ct);
        var facts = new ReceiptFacts(
            customer, customer.VendorName, "QUEUED", window, cutOff.AsOf, cutOff.CoveredThrough,
            await UnitAsync(snapshot, range, covered, ct) ?? unit ?? customer.Unit, range.Count, days.Sum(d => d.Increases), days.Sum(d => d.Decreases), net,
            opening, first, last);
        return new PreviewedWindow(facts, range.PendingCount, range.FailedSeqs.Count);
    }

    private static async Task<Timestamp> FloorAsync(ReadSnapshot snapshot, int ledgerNo, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Floor, snapshot.Connection) { Parameters = { new() { Value = ledgerNo } } };
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? RecordReader.ReadTimestamp(row, 0) : throw new InvalidOperationException($"Ledger {ledgerNo} has no head.");
    }

    private static async Task<(Timestamp? First, Timestamp? Last)> InstantsAsync(ReadSnapshot snapshot, VerifiedRange range, CancellationToken ct)
    {
        var runs = range.SoundRuns();
        if (runs.Count == 0) return (null, null);
        await using var command = new NpgsqlCommand(Instants, snapshot.Connection)
        {
            Parameters = { new() { Value = range.LedgerNo }, new() { Value = range.CustomerNo }, new() { Value = runs[0].First }, new() { Value = runs[^1].Last } },
        };
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return (row.IsDBNull(0) ? null : RecordReader.ReadTimestamp(row, 0), row.IsDBNull(1) ? null : RecordReader.ReadTimestamp(row, 1));
    }

    /// <summary>The one unit of the months that the window touches; null when there is none or more than one.</summary>
    private static async Task<string?> UnitAsync(ReadSnapshot snapshot, VerifiedRange range, Window covered, CancellationToken ct)
    {
        if (range.Count == 0) return null;
        await using var command = new NpgsqlCommand(Units, snapshot.Connection)
        {
            Parameters =
            {
                new() { Value = range.LedgerNo }, new() { Value = range.CustomerNo }, new() { Value = CustomerMonth.Of(covered.Start) },
                new() { Value = CustomerMonth.Of(covered.End.AddMicroseconds(-1)), NpgsqlDbType = NpgsqlDbType.Integer },
            },
        };
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return row.IsDBNull(0) || row.GetBoolean(2) || row.GetString(0) != row.GetString(1) ? null : row.GetString(0);
    }
}
