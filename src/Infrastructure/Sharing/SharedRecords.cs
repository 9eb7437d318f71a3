using Npgsql;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Infrastructure.Sharing;

/// <summary>A link as somebody came to it, and what their browser holds for it.</summary>
/// <param name="HostDomainId">Of the branded host that was asked; null for the default host, and for one that serves nothing.</param>
public sealed record ReachedLink(
    StoredLink Link, CustomerRow Customer, SharingRule Rule, bool IsMiddleware, string Tier, string? TenantUnit, string? HostDomainId, bool SuppressesPoweredBy,
    RecordSession? Session)
{
    /// <summary>Only the JSON form of a Shared Record tells this apart from a link that never was.</summary>
    public bool IsRevoked => !Link.IsActive;

    /// <summary>A link answers on its own host and on the default host (portal 1.2).</summary>
    public bool AnswersOn(bool isDefaultHost) => isDefaultHost || (HostDomainId is not null && HostDomainId == Rule.DomainId);
}

/// <summary>Links as visitors reach them, and the sessions in their browsers.</summary>
public sealed class SharedRecords(NpgsqlDataSource database)
{
    // A handle that is none reads the oldest link instead, so that it costs the same statement and the same rows as one that is
    // revoked or asked on a foreign host.
    private const string Find =
        "SELECT k.handle = $1, t.buyer_mode = 'BILLING_MIDDLEWARE', t.tier, t.default_unit, d.domain_id, coalesce(d.suppress_powered_by, false), " +
        "s.code_version, s.sharing_mark, s.host, s.last_seen_at, s.ends_at, c.policy, c.domain_id, c.sharing_version, t.default_policy, t.sharing_version, " +
        StoredLink.Columns + ", " + CustomerLookup.Columns + " FROM customer_links k JOIN " + CustomerLookup.From + " ON c.ledger_no = k.ledger_no AND c.customer_no = k.customer_no " +
        "LEFT JOIN tenant_domains d ON d.hostname = $2 AND d.stage = 'ROUTE_BOUND' " +
        "LEFT JOIN record_sessions s ON s.browser_hash = $3 AND s.link_no = k.link_no " +
        "WHERE k.link_no = coalesce((SELECT link_no FROM customer_links WHERE handle = $1), (SELECT min(link_no) FROM customer_links))";

    private const int BeforeSession = 6;
    private const int BeforeRule = 11;
    private const int BeforeLink = 16;
    private const int BeforeCustomer = BeforeLink + StoredLink.ColumnCount;

    private const string Touch =
        "UPDATE record_sessions SET last_seen_at = $3, ends_at = least($3 + $4, created_at + $5) WHERE browser_hash = $1 AND link_no = $2 AND last_seen_at <= $3 - $6";

    private const string End = "DELETE FROM record_sessions WHERE browser_hash = $1 AND link_no = $2";

    private static readonly TimeSpan s_viewToldAtMostEvery = TimeSpan.FromHours(1);

    /// <summary>Somebody who looks again sooner is the same visit.</summary>
    private static readonly TimeSpan s_viewLoggedAtMostEvery = TimeSpan.FromMinutes(1);

    private const string LockView = "SELECT view_event_at FROM customer_links WHERE link_no = $1 FOR UPDATE";

    // Among the newest entries alone: the cost does not grow with the log.
    private const string WasLogged =
        "SELECT EXISTS (SELECT 1 FROM (SELECT * FROM access_log WHERE ledger_no = $1 AND customer_no = $2 ORDER BY entry_no DESC LIMIT 100) recent " +
        "WHERE kind = 'viewed' AND link_no = $3 AND host = $4 AND tier IS NOT DISTINCT FROM $5 AND client_address IS NOT DISTINCT FROM $6 AND at > $7)";

    private const string CountView =
        "UPDATE customer_links SET last_viewed_at = $2, view_count = view_count + $3, view_event_at = CASE WHEN $4 THEN $2 ELSE view_event_at END WHERE link_no = $1";

    /// <summary>Null when no link has this handle.</summary>
    /// <param name="host">Name as asked, lower case, without a port.</param>
    /// <param name="browser">Hash of the session cookie.</param>
    public async Task<ReachedLink?> FindAsync(string handle, string host, byte[] browser, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = Sql.Command(connection, Find, handle, host, browser);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        var session = row.IsDBNull(BeforeSession)
            ? null
            : new RecordSession(
                row.GetInt32(BeforeSession), row.GetString(BeforeSession + 1), row.GetString(BeforeSession + 2),
                row.GetFieldValue<DateTimeOffset>(BeforeSession + 3), row.GetFieldValue<DateTimeOffset>(BeforeSession + 4));
        var reached = new ReachedLink(
            StoredLink.Read(row, BeforeLink), CustomerLookup.Read(row, BeforeCustomer), CustomerLinks.ReadRule(row, BeforeRule), row.GetBoolean(1), row.GetString(2),
            Sql.TextOrNull(row, 3), Sql.TextOrNull(row, 4), row.GetBoolean(5), session);
        return row.GetBoolean(0) ? reached : null;
    }

    /// <summary>Writes last-seen, unless another request did within the last minute.</summary>
    public async Task TouchAsync(long linkNo, byte[] browser, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = Sql.Command(
            connection, Touch, browser, linkNo, now, RecordSessionRule.Idle, RecordSessionRule.InAll, RecordSessionRule.SeenAtMostEvery);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Ends this link's session in this browser.</summary>
    public async Task CloseAsync(long linkNo, byte[] browser, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = Sql.Command(connection, End, browser, linkNo);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>A view of a link: whether it goes into the access log, and whether the vendor is told.</summary>
    /// <param name="transaction">The connection whose transaction writes both.</param>
    public static async Task<(bool IsLogged, bool IsTelling)> CountViewAsync(NpgsqlConnection transaction, Visit visit, DateTimeOffset now, CancellationToken ct)
    {
        DateTimeOffset? toldAt;
        await using (var find = Sql.Command(transaction, LockView, visit.LinkNo))
        await using (var row = await find.ExecuteReaderAsync(ct))
        {
            toldAt = await row.ReadAsync(ct) ? Sql.InstantOrNull(row, 0) : throw new InvalidOperationException("A link that was found is gone.");
        }

        bool isLogged;
        await using (var find = Sql.Command(
            transaction, WasLogged, visit.LedgerNo, visit.CustomerNo, visit.LinkNo, visit.Host, Sql.OrNull(visit.Tier), Sql.OrNull(visit.ClientAddress), now - s_viewLoggedAtMostEvery))
        {
            isLogged = await find.ExecuteScalarAsync(ct) is false;
        }

        var isTelling = toldAt is not { } told || now - told >= s_viewToldAtMostEvery;
        await using var count = Sql.Command(transaction, CountView, visit.LinkNo, now, isLogged ? 1 : 0, isTelling);
        await count.ExecuteNonQueryAsync(ct);
        return (isLogged, isTelling);
    }
}
