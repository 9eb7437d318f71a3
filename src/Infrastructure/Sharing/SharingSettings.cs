using Npgsql;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Infrastructure.Sharing;

/// <summary>What a tenant set for all its customers.</summary>
public sealed record SharingDefaults(string DefaultPolicy, bool AutoCreateLinks);

/// <summary>The sharing part of <c>tenants</c>.</summary>
public sealed class SharingSettings(NpgsqlDataSource database)
{
    // The version moves with the policy alone, and with it end the sessions of customers who inherit.
    private const string Change =
        "UPDATE tenants SET default_policy = coalesce($2, default_policy), auto_create_links = coalesce($3, auto_create_links), " +
        "sharing_version = sharing_version + (default_policy <> coalesce($2, default_policy))::int WHERE tenant_id = $1 RETURNING default_policy, auto_create_links";

    private const string Find = "SELECT default_policy, auto_create_links FROM tenants WHERE tenant_id = $1";

    public Task<SharingDefaults> FindAsync(string tenantId, CancellationToken ct) => AskAsync(Find, ct, tenantId);

    /// <summary>What is null stays as it is.</summary>
    public Task<SharingDefaults> ChangeAsync(string tenantId, string? defaultPolicy, bool? autoCreateLinks, CancellationToken ct) =>
        AskAsync(Change, ct, tenantId, Sql.OrNull(defaultPolicy), Sql.OrNull(autoCreateLinks));

    private async Task<SharingDefaults> AskAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = Sql.Command(connection, sql, values);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new SharingDefaults(row.GetString(0), row.GetBoolean(1)) : throw new InvalidOperationException("A caller's tenant is gone.");
    }
}
