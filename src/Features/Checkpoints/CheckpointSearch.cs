using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

/// <summary>Which checkpoints a list is about; null filters nothing.</summary>
internal sealed record CheckpointFilter(int[] Ledgers)
{
    public string? CustomerId { get; init; }

    /// <summary>Their window lies inside.</summary>
    public Window? Inside { get; init; }

    public bool? IsCompleted { get; init; }

    /// <summary><c>all</c> or <c>selected</c>.</summary>
    public string? Mode { get; init; }

    /// <summary>Every checkpoint that the run committed or found.</summary>
    public string? RunId { get; init; }
}

/// <param name="HasMore">There is a row after the page.</param>
internal sealed record FoundCheckpoints(long Total, IReadOnlyList<StoredCheckpoint> Page, bool HasMore);

/// <summary>Lists of checkpoints, newest first.</summary>
internal sealed class CheckpointSearch(NpgsqlDataSource database)
{
    /// <param name="after">The last row of the page before; null for the beginning.</param>
    public async Task<FoundCheckpoints> FindAsync(
        CheckpointFilter filter, int limit, int offset, (Timestamp CreatedAt, string CheckpointId)? after, CancellationToken ct)
    {
        var where = new StringBuilder("WHERE k.ledger_no = ANY(@ledgers)");
        if (filter.CustomerId is not null) where.Append(" AND c.customer_id = @customer");
        if (filter.Inside is not null) where.Append(" AND k.start_at >= @start AND k.end_at <= @end");
        if (filter.IsCompleted is not null) where.Append(" AND (k.verified_at IS NOT NULL) = @verified");
        if (filter.Mode is not null) where.Append(" AND k.mode = @mode");
        if (filter.RunId is not null) where.Append(" AND ").Append(CheckpointRuns.OfRun("@run"));
        var place = after is null ? "" : " AND k.created_at <= @createdAt AND (k.created_at < @createdAt OR k.checkpoint_id > @checkpointId)";

        await using var connection = await database.OpenConnectionAsync(ct);
        await using var count = new NpgsqlCommand(
            "SELECT count(*) FROM checkpoints k JOIN customers c ON c.ledger_no = k.ledger_no AND c.customer_no = k.customer_no " + where, connection);
        AddFilter(count.Parameters, filter);
        var total = (long)(await count.ExecuteScalarAsync(ct))!;

        await using var list = new NpgsqlCommand(
            CheckpointReader.Select + where + place + " ORDER BY k.created_at DESC, k.checkpoint_id LIMIT @limit OFFSET @offset", connection);
        AddFilter(list.Parameters, filter);
        list.Parameters.AddWithValue("limit", limit + 1);
        list.Parameters.AddWithValue("offset", offset);
        if (after is var (createdAt, checkpointId))
        {
            list.Parameters.AddWithValue("createdAt", NpgsqlDbType.TimestampTz, createdAt.ToDateTimeOffset().UtcDateTime);
            list.Parameters.AddWithValue("checkpointId", checkpointId);
        }

        // The row after the page says whether there is a next one.
        await using var row = await list.ExecuteReaderAsync(ct);
        var page = new List<StoredCheckpoint>();
        while (await row.ReadAsync(ct)) page.Add(CheckpointReader.Read(row));
        return new FoundCheckpoints(total, [.. page.Take(limit)], page.Count > limit);
    }

    public static string? NextCursor(FoundCheckpoints found, string?[] filters) => found.HasMore
        ? Cursors.Make(filters, string.Create(CultureInfo.InvariantCulture, $"{found.Page[^1].CreatedAt.Microseconds} {found.Page[^1].CheckpointId}"))
        : null;

    /// <summary>False for a cursor that is not one of this list's; no cursor is no place, and that is fine.</summary>
    public static bool TryOpen(string? cursor, string?[] filters, out (Timestamp CreatedAt, string CheckpointId)? after)
    {
        after = null;
        if (cursor is null) return true;
        if (!Cursors.TryOpen(cursor, filters, out string? position) || position.Split(' ') is not [var instant, var checkpointId]
            || !long.TryParse(instant, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var microseconds)) return false;
        after = (Timestamp.FromMicroseconds(microseconds), checkpointId);
        return true;
    }

    private static void AddFilter(NpgsqlParameterCollection parameters, CheckpointFilter filter)
    {
        parameters.AddWithValue("ledgers", filter.Ledgers);
        if (filter.CustomerId is { } customerId) parameters.AddWithValue("customer", customerId);
        if (filter.IsCompleted is { } isCompleted) parameters.AddWithValue("verified", isCompleted);
        if (filter.Mode is { } mode) parameters.AddWithValue("mode", mode);
        if (filter.RunId is { } runId) parameters.AddWithValue("run", runId);
        if (filter.Inside is not { } inside) return;
        parameters.AddWithValue("start", NpgsqlDbType.TimestampTz, inside.Start.ToDateTimeOffset().UtcDateTime);
        parameters.AddWithValue("end", NpgsqlDbType.TimestampTz, inside.End.ToDateTimeOffset().UtcDateTime);
    }
}
