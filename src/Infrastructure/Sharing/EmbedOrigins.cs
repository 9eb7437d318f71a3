using Npgsql;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Infrastructure.Sharing;

/// <summary>The sites that may show a tenant's receipts in a frame, in the order in which they were given.</summary>
/// <param name="UpdatedAt">Null when the tenant never set any.</param>
public sealed record EmbedList(IReadOnlyList<string> Origins, DateTimeOffset? UpdatedAt);

/// <summary>The table <c>embed_origins</c>.</summary>
public sealed class EmbedOrigins(NpgsqlDataSource database)
{
    private const string Find = "SELECT origins, updated_at FROM embed_origins WHERE tenant_id = $1";

    private const string Set =
        "INSERT INTO embed_origins (tenant_id, origins, updated_at) VALUES ($1, $2, $3) " +
        "ON CONFLICT (tenant_id) DO UPDATE SET origins = excluded.origins, updated_at = excluded.updated_at RETURNING origins, updated_at";

    public async Task<EmbedList> FindAsync(string tenantId, CancellationToken ct) => await AskAsync(Find, ct, tenantId) ?? new EmbedList([], null);

    /// <summary>Replaces the whole list.</summary>
    public async Task<EmbedList> SetAsync(string tenantId, IReadOnlyList<string> origins, DateTimeOffset at, CancellationToken ct) =>
        await AskAsync(Set, ct, tenantId, origins.ToArray(), at) ?? throw new InvalidOperationException("A row that was written is gone.");

    private async Task<EmbedList?> AskAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = Sql.Command(connection, sql, values);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new EmbedList(row.GetFieldValue<string[]>(0), row.GetFieldValue<DateTimeOffset>(1)) : null;
    }
}
