using Npgsql;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Infrastructure.Sharing;

/// <summary>A row of <c>customer_links</c>.</summary>
/// <param name="Version">From 1; a reissued link is another link.</param>
public sealed record StoredLink(
    long LinkNo, int LedgerNo, int CustomerNo, int Version, string Handle, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt, int CodeVersion,
    DateTimeOffset? CodeRotatedAt, DateTimeOffset? LastViewedAt)
{
    /// <summary>Under the alias k, in the order of <see cref="Read"/>.</summary>
    internal const string Columns =
        "k.link_no, k.ledger_no, k.customer_no, k.link_version, k.handle, k.created_at, k.revoked_at, k.code_version, k.code_rotated_at, k.last_viewed_at";

    internal const int ColumnCount = 10;

    public bool IsActive => RevokedAt is null;

    /// <summary>Never the handle: this may reach a log.</summary>
    public override string ToString() => $"link {LinkNo}";

    internal static StoredLink Read(NpgsqlDataReader row, int at = 0) => new(
        row.GetInt64(at), row.GetInt32(at + 1), row.GetInt32(at + 2), row.GetInt32(at + 3), row.GetString(at + 4), row.GetFieldValue<DateTimeOffset>(at + 5),
        Sql.InstantOrNull(row, at + 6), row.GetInt32(at + 7), Sql.InstantOrNull(row, at + 8), Sql.InstantOrNull(row, at + 9));
}

/// <summary>Gives new customers their link, in the transaction that makes the customer.</summary>
public static class NewLinks
{
    private const string Make =
        "INSERT INTO customer_links (ledger_no, customer_no, link_version, handle, created_at) SELECT $1, n, 1, h, $4 " +
        "FROM unnest($2, $3) k(n, h) WHERE (SELECT auto_create_links FROM tenants WHERE tenant_id = $5)";

    /// <summary>Makes none when the tenant wants none made by themselves.</summary>
    public static NpgsqlBatchCommand ForCustomers(LedgerRef ledger, int[] customerNos, DateTimeOffset at) =>
        Sql.BatchCommand(Make, ledger.LedgerNo, customerNos, Array.ConvertAll(customerNos, _ => RecordHandles.New()), at, ledger.TenantId);
}
