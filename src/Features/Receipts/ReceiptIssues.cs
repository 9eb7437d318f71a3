using Npgsql;
using NpgsqlTypes;
using PacSpace.Features.Pipeline;
using PacSpace.Features.Webhooks;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Receipts;

/// <summary>Remembers the first issue of each receipt document, and tells of it.</summary>
internal sealed class ReceiptIssues(NpgsqlDataSource database, PublicAddress address, WebhookBell webhooks, TimeProvider clock)
{
    private const string Issue = "UPDATE checkpoints SET receipt_issued_at = $2 WHERE checkpoint_id = $1 AND receipt_issued_at IS NULL";

    private const string FindIssue = "SELECT receipt_issued_at FROM checkpoints WHERE checkpoint_id = $1";

    /// <summary>When the receipt was first issued: now, unless it was before.</summary>
    /// <param name="checkpoint">Completed.</param>
    /// <param name="ct">Stops the wait.</param>
    public async Task<DateTimeOffset> FirstIssueAsync(StoredCheckpoint checkpoint, CancellationToken ct)
    {
        if (checkpoint.ReceiptIssuedAt is { } issued) return issued;
        var now = Microseconds(clock.GetUtcNow());
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var issue = new NpgsqlCommand(Issue, connection);
        issue.Parameters.Add(new() { Value = checkpoint.CheckpointId });
        issue.Parameters.Add(new() { Value = now.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });

        // Of two first issues at once the row's lock lets one write; the other reads what was written.
        if (await issue.ExecuteNonQueryAsync(ct) == 0)
        {
            await using var find = new NpgsqlCommand(FindIssue, connection);
            find.Parameters.Add(new() { Value = checkpoint.CheckpointId });
            return new DateTimeOffset((DateTime)(await find.ExecuteScalarAsync(ct))!, TimeSpan.Zero);
        }

        var ledger = checkpoint.Customer.Ledger;
        await WebhookFacts.TellAsync(connection, ledger.TenantId, ledger.Environment, WebhookKind.ReceiptGenerated, Generated(checkpoint, now), now, ct);
        await transaction.CommitAsync(ct);
        webhooks.Ring();
        return now;
    }

    private ReceiptGeneratedData Generated(StoredCheckpoint checkpoint, DateTimeOffset at) => new()
    {
        ReceiptId = checkpoint.CheckpointId,
        CustomerId = checkpoint.Customer.CustomerId,
        CustomerReference = checkpoint.Customer.Reference,
        VendorAccountId = checkpoint.Customer.Ledger.VendorAccountId,
        Period = checkpoint.Window.AsPeriod()?.ToString(),
        StartDate = checkpoint.Window.Start.ToDateTimeOffset(),
        EndDate = checkpoint.Window.End.ToDateTimeOffset(),
        ProofRoot = checkpoint.ProofRoot.To0x(),
        RecordCount = checkpoint.RecordCount,
        NetDelta = checkpoint.Net.Value,
        VerifyUrl = address.ReceiptPage(checkpoint.CheckpointId),
        VerificationApiUrl = address.VerificationApiUrl(checkpoint.ProofRoot.To0x()),
        GeneratedAt = at,
    };

    /// <summary>As the database will give it back.</summary>
    private static DateTimeOffset Microseconds(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));
}
