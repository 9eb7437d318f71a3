using System.Globalization;
using System.Text;
using MediatR;
using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

internal sealed class ListCheckpointsHandler(NpgsqlDataSource database, VendorAccounts vendorAccounts, CheckpointViews views, TimeProvider clock)
    : IRequestHandler<ListCheckpoints, Outcome<CheckpointsListed>>
{
    public async Task<Outcome<CheckpointsListed>> Handle(ListCheckpoints request, CancellationToken ct)
    {
        if (!(await vendorAccounts.LedgersToReadAsync(request.Caller, request.VendorAccountId, ct)).Accepted(out var ledgers, out var refusal)) return refusal;
        Window? window = null;
        if (!request.Scope.IsEmpty)
        {
            if (!Scopes.Resolve(request.Scope, clock.GetUtcNow()).Accepted(out var scope, out refusal)) return refusal;
            window = scope.Window;
        }

        string?[] filters =
        [
            request.Caller.TenantId, request.Caller.Environment, request.CustomerId, window?.ToString(), request.Status?.ToUpperInvariant(),
            request.Mode, request.CheckpointRunId, request.VendorAccountId,
        ];
        if (!TryOpen(request.Cursor, filters, out var after)) return Refusal.Validation("cursor", "does not belong to this list");

        // The row after the page says whether there is a next one.
        var (total, page) = await ReadAsync(request, [.. ledgers.Ledgers.Select(l => l.LedgerNo)], window, after, ct);
        var hasMore = page.Count > request.Limit;
        if (hasMore) page.RemoveAt(page.Count - 1);
        return new CheckpointsListed(
            await views.ShowAsync(page, ct), total, request.Limit, request.Offset, hasMore ? Cursors.Make(filters, Position(page[^1])) : null);
    }

    private async Task<(long Total, List<StoredCheckpoint> Page)> ReadAsync(
        ListCheckpoints request, int[] ledgers, Window? window, (Timestamp CreatedAt, string CheckpointId)? after, CancellationToken ct)
    {
        var where = new StringBuilder("WHERE k.ledger_no = ANY(@ledgers)");
        if (request.CustomerId is not null) where.Append(" AND c.customer_id = @customer");
        if (window is not null) where.Append(" AND k.start_at >= @start AND k.end_at <= @end");
        if (request.Status is not null) where.Append(" AND (k.verified_at IS NOT NULL) = @verified");
        if (request.Mode is not null) where.Append(" AND k.mode = @mode");
        if (request.CheckpointRunId is not null) where.Append(" AND ").Append(CheckpointRuns.OfRun("@run"));
        var place = after is null ? "" : " AND k.created_at <= @createdAt AND (k.created_at < @createdAt OR k.checkpoint_id > @checkpointId)";

        await using var connection = await database.OpenConnectionAsync(ct);
        await using var count = new NpgsqlCommand(
            "SELECT count(*) FROM checkpoints k JOIN customers c ON c.ledger_no = k.ledger_no AND c.customer_no = k.customer_no " + where, connection);
        AddFilters(count.Parameters, request, ledgers, window);
        var total = (long)(await count.ExecuteScalarAsync(ct))!;

        await using var list = new NpgsqlCommand(
            CheckpointReader.Select + where + place + " ORDER BY k.created_at DESC, k.checkpoint_id LIMIT @limit OFFSET @offset", connection);
        AddFilters(list.Parameters, request, ledgers, window);
        list.Parameters.AddWithValue("limit", request.Limit + 1);
        list.Parameters.AddWithValue("offset", request.Offset);
        if (after is var (createdAt, checkpointId))
        {
            list.Parameters.AddWithValue("createdAt", NpgsqlDbType.TimestampTz, createdAt.ToDateTimeOffset().UtcDateTime);
            list.Parameters.AddWithValue("checkpointId", checkpointId);
        }

        await using var row = await list.ExecuteReaderAsync(ct);
        var page = new List<StoredCheckpoint>();
        while (await row.ReadAsync(ct)) page.Add(CheckpointReader.Read(row));
        return (total, page);
    }

    private static void AddFilters(NpgsqlParameterCollection parameters, ListCheckpoints request, int[] ledgers, Window? window)
    {
        parameters.AddWithValue("ledgers", ledgers);
        if (request.CustomerId is { } customerId) parameters.AddWithValue("customer", customerId);
        if (request.Status is { } status) parameters.AddWithValue("verified", status.Equals("VERIFIED", StringComparison.OrdinalIgnoreCase));
        if (request.Mode is { } mode) parameters.AddWithValue("mode", mode);
        if (request.CheckpointRunId is { } runId) parameters.AddWithValue("run", runId);
        if (window is not { } inside) return;
        parameters.AddWithValue("start", NpgsqlDbType.TimestampTz, inside.Start.ToDateTimeOffset().UtcDateTime);
        parameters.AddWithValue("end", NpgsqlDbType.TimestampTz, inside.End.ToDateTimeOffset().UtcDateTime);
    }

    private static string Position(StoredCheckpoint last) => string.Create(CultureInfo.InvariantCulture, $"{last.CreatedAt.Microseconds} {last.CheckpointId}");

    private static bool TryOpen(string? cursor, string?[] filters, out (Timestamp CreatedAt, string CheckpointId)? after)
    {
        after = null;
        if (cursor is null) return true;
        if (!Cursors.TryOpen(cursor, filters, out string? position) || position.Split(' ') is not [var instant, var checkpointId]
            || !long.TryParse(instant, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var microseconds)) return false;
        after = (Timestamp.FromMicroseconds(microseconds), checkpointId);
        return true;
    }
}
