using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>Looks whether failed records reproduce their confirmed hash again, and heals those that do.</summary>
/// <remarks>Only the elected sealer looks, once a second; while nothing has failed that is one probe of an empty index. It
/// works beside the sealer on connections of its own, since rebuilding a long month takes time.</remarks>
internal sealed class SealHealer(string environment, SealerServices services)
{
    private const int PageRecords = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const string FindFailed =
        "SELECT f.ledger_no, f.ledger_index, f.customer_no, f.confirmed_leaf, l.ledger_id FROM record_failures f JOIN ledgers l USING (ledger_no) " +
        "WHERE f.healed_at IS NULL AND l.environment = $1 AND (f.ledger_no, f.ledger_index) > ($2, $3) ORDER BY f.ledger_no, f.ledger_index LIMIT $4";

    private const string ReadRow =
        "SELECT c.customer_id, b.verified_at, " + RecordReader.Columns + " FROM records r " +
        "JOIN customers c ON c.ledger_no = r.ledger_no AND c.customer_no = r.customer_no " +
        "JOIN LATERAL (SELECT t.verified_at FROM blocks t WHERE t.ledger_no = r.ledger_no AND t.first_index <= r.ledger_index " +
        "  ORDER BY t.first_index DESC LIMIT 1) b ON true WHERE r.ledger_no = $1 AND r.ledger_index = $2";

    // The stored hash may have been damaged since; it comes back with the content.
    private const string MendRow = "UPDATE records SET leaf = $3 WHERE ledger_no = $1 AND ledger_index = $2 AND leaf <> $3";

    private const string MarkHealed =
        "UPDATE record_failures SET healed_at = $3, customer_no = $4, seq = $5 WHERE ledger_no = $1 AND ledger_index = $2 AND healed_at IS NULL";

    private Task _running = Task.CompletedTask;
    private long? _lookedAt;
    private (int LedgerNo, long LedgerIndex) _lastLooked = (0, -1);

    /// <summary>Starts a look when one is due and none is going on.</summary>
    public void RunBeside()
    {
        var now = Environment.TickCount64;
        if (!_running.IsCompleted || (_lookedAt is { } before && now - before < Interval.TotalMilliseconds)) return;
        _lookedAt = now;
        _running = Task.Run(async () =>
        {
            try
            {
                await HealAsync(CancellationToken.None);
            }
            catch (Exception fault) when (fault is NpgsqlException or TimeoutException)
            {
                services.Logger.LogWarning(fault, "Sealer of {Environment}: could not look after failed records; it will look again.", environment);
            }
        });
    }

    /// <summary>One look at a page of failed records, going on where the last look ended.</summary>
    /// <returns>How many were healed.</returns>
    internal async Task<int> HealAsync(CancellationToken ct)
    {
        var page = await FindAsync(ct);
        _lastLooked = page.Count == PageRecords ? (page[^1].LedgerNo, page[^1].LedgerIndex) : (0, -1);
        var healed = 0;
        foreach (var failure in page) healed += await HealAsync(failure, ct) ? 1 : 0;
        return healed;
    }

    private async Task<List<Failure>> FindAsync(CancellationToken ct)
    {
        await using var connection = await services.Database.OpenConnectionAsync(ct);
        await using var command = Sql.Command(connection, FindFailed, environment, _lastLooked.LedgerNo, _lastLooked.LedgerIndex, PageRecords);
        await using var row = await command.ExecuteReaderAsync(ct);
        var failures = new List<Failure>();
        while (await row.ReadAsync(ct))
            failures.Add(new Failure(row.GetInt32(0), row.GetInt64(1), row.GetInt32(2), RecordReader.ReadHash(row, 3), row.GetString(4)));
        return failures;
    }

    private async Task<bool> HealAsync(Failure failure, CancellationToken ct)
    {
        await using var connection = await services.Database.OpenConnectionAsync(ct);
        if (await ReadAsync(connection, failure, ct) is not var (record, verifiedAt)) return false;
        // Crash window 6: months rebuilt with the record in them while it still counts as failed. The next look does all of it
        // again. The last rebuild and the healing are one transaction.
        if (CustomerMonth.Of(verifiedAt) is var verifiedMonth && verifiedMonth != CustomerMonth.Of(record.AcceptedAt))
            await services.Rollups.RebuildMonthAsync(record.LedgerNo, record.CustomerNo, verifiedMonth, record.LedgerIndex, null, ct);

        // Where the customer was what was damaged, the one that the row seemed to be of lost its edge.
        if (failure.CustomerNo != record.CustomerNo)
            await services.Rollups.RebuildMonthAsync(record.LedgerNo, failure.CustomerNo, CustomerMonth.Of(record.AcceptedAt), ct);
        await services.Rollups.RebuildMonthAsync(
            record.LedgerNo, record.CustomerNo, CustomerMonth.Of(record.AcceptedAt), record.LedgerIndex,
            transaction => FinishAsync(transaction, failure, record, ct), ct);

        services.Logger.LogWarning(
            "Record {Index} of ledger {Ledger} reproduces its hash again and counts again.",
            failure.LedgerIndex.ToString(CultureInfo.InvariantCulture), failure.LedgerNo);
        return true;
    }

    private async Task FinishAsync(NpgsqlConnection transaction, Failure failure, StoredRecord record, CancellationToken ct)
    {
        var now = Timestamp.FromDateTimeOffset(services.Clock.GetUtcNow());
        await using var batch = new NpgsqlBatch(transaction);
        batch.BatchCommands.Add(Sql.BatchCommand(MendRow, failure.LedgerNo, failure.LedgerIndex, failure.ConfirmedLeaf));
        batch.BatchCommands.Add(Sql.BatchCommand(MarkHealed, failure.LedgerNo, failure.LedgerIndex, now, record.CustomerNo, record.Seq));
        batch.BatchCommands.Add(WebhookOutbox.Records(environment, [new RecordRun(WebhookKind.DeltaVerified, failure.LedgerNo, failure.LedgerIndex, 1)], now));
        await batch.ExecuteNonQueryAsync(ct);
    }

    private async Task<(StoredRecord Record, Timestamp VerifiedAt)?> ReadAsync(NpgsqlConnection connection, Failure failure, CancellationToken ct)
    {
        await using var command = Sql.Command(connection, ReadRow, failure.LedgerNo, failure.LedgerIndex);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        try
        {
            var record = RecordReader.Read(row, 2);
            return record.RecomputeLeaf(failure.LedgerId, row.GetString(0), services.RecordIds) == failure.ConfirmedLeaf
                ? (record, RecordReader.ReadTimestamp(row, 1))
                : null;
        }
        catch (StoredRecordException)
        {
            return null;
        }
    }

    private sealed record Failure(int LedgerNo, long LedgerIndex, int CustomerNo, Hash ConfirmedLeaf, string LedgerId);
}
