using Npgsql;
using NpgsqlTypes;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Receipts;

/// <summary>Remembers the first issue of each receipt document.</summary>
internal sealed class ReceiptIssues(NpgsqlDataSource database, TimeProvider clock)
{
    // Of two first issues at once the row's lock lets one write; what the other reads back is the first one's.
    private const string Issue =
        "UPDATE checkpoints SET receipt_issued_at = coalesce(receipt_issued_at, $2) WHERE checkpoint_id = $1 RETURNING receipt_issued_at";

    /// <summary>When the receipt was first issued: now, unless it was before.</summary>
    /// <param name="checkpoint">Completed.</param>
    /// <param name="ct">Stops the wait.</param>
    public async Task<DateTimeOffset> FirstIssueAsync(StoredCheckpoint checkpoint, CancellationToken ct)
    {
        if (checkpoint.ReceiptIssuedAt is { } issued) return issued;
        await using var command = database.CreateCommand(Issue);
        command.Parameters.Add(new() { Value = checkpoint.CheckpointId });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(ct))!, TimeSpan.Zero);
    }
}
