using Npgsql;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Infrastructure.Sharing;

/// <summary>How one customer shares, as its vendor sees it.</summary>
/// <param name="Hostname">Of the branded host, when the link is on one.</param>
/// <param name="Link">The newest; null when there never was one.</param>
/// <param name="CodeFailures">Of the current code within the budget's window.</param>
/// <param name="ActiveSessions">Those that hold now.</param>
public sealed record SharingFacts(SharingRule Rule, string? Hostname, StoredLink? Link, int CodeFailures, int ActiveSessions)
{
    public bool IsCodeLocked => Rule.EffectivePolicy != SharingPolicies.Open && CodeFailures >= CodeGate.Budget;
}

/// <summary>An active link, and where it is.</summary>
public sealed record ActiveLink(StoredLink Link, string? Hostname, string EffectivePolicy);

/// <summary>Links and policies, as vendors read and change them.</summary>
public sealed class CustomerLinks(NpgsqlDataSource database, TimeProvider clock)
{
    private const string RuleColumns = "c.policy, c.domain_id, c.sharing_version, t.default_policy, t.sharing_version";

    private const string RuleFrom = "customers c JOIN ledgers l USING (ledger_no) JOIN tenants t USING (tenant_id)";

    private const string NewestLink =
        "(SELECT * FROM customer_links n WHERE n.ledger_no = $1 AND n.customer_no = $2 ORDER BY n.link_version DESC LIMIT 1) k";

    private const string FindFacts =
        "SELECT " + RuleColumns + ", d.hostname, " +
        "(SELECT count(*) FROM code_failures f WHERE f.link_no = k.link_no AND f.code_version = k.code_version AND f.failed_at > $3), " +
        "(SELECT count(*) FROM record_sessions s WHERE s.link_no = k.link_no AND k.revoked_at IS NULL AND s.code_version = k.code_version AND s.ends_at > $4 " +
        "AND s.sharing_mark = c.sharing_version || CASE c.policy WHEN 'INHERIT' THEN '.' || t.sharing_version ELSE '' END), " + StoredLink.Columns + " FROM " + RuleFrom +
        " LEFT JOIN tenant_domains d ON d.domain_id = c.domain_id LEFT JOIN LATERAL " + NewestLink + " ON true WHERE c.ledger_no = $1 AND c.customer_no = $2";

    private const int FactsBeforeLink = 8;

    private const string FindActive =
        "SELECT " + StoredLink.Columns + ", d.hostname, c.policy, t.default_policy FROM unnest($1, $2) q(ledger_no, customer_no) " +
        "JOIN customer_links k ON k.ledger_no = q.ledger_no AND k.customer_no = q.customer_no AND k.revoked_at IS NULL " +
        "JOIN customers c ON c.ledger_no = k.ledger_no AND c.customer_no = k.customer_no JOIN ledgers l ON l.ledger_no = c.ledger_no " +
        "JOIN tenants t ON t.tenant_id = l.tenant_id LEFT JOIN tenant_domains d ON d.domain_id = c.domain_id";

    private const string LockRule = "SELECT " + RuleColumns + " FROM " + RuleFrom + " WHERE c.ledger_no = $1 AND c.customer_no = $2 FOR UPDATE OF c";

    private const string OwnsDomain =
        "SELECT 1 FROM tenant_domains WHERE domain_id = $1 AND tenant_id = $2 AND vendor_account_id IS NOT DISTINCT FROM nullif($3, '') FOR SHARE";

    private const string ChangeRule = "UPDATE customers SET policy = $3, domain_id = $4, sharing_version = $5 WHERE ledger_no = $1 AND customer_no = $2";

    // What customers would not notice ends nothing of theirs: sessions follow to the mark that the same policy now has.
    private const string FollowMark =
        "UPDATE record_sessions s SET sharing_mark = $4 FROM customer_links k WHERE k.ledger_no = $1 AND k.customer_no = $2 AND k.revoked_at IS NULL " +
        "AND s.link_no = k.link_no AND s.sharing_mark = $3";

    private const string RevokeActive =
        "UPDATE customer_links SET revoked_at = $3 WHERE ledger_no = $1 AND customer_no = $2 AND revoked_at IS NULL";

    private const string MakeNext =
        "INSERT INTO customer_links (ledger_no, customer_no, link_version, handle, created_at) " +
        "SELECT $1, $2, coalesce(max(link_version), 0) + 1, $3, $4 FROM customer_links WHERE ledger_no = $1 AND customer_no = $2";

    private const string HasActive = "SELECT 1 FROM customer_links WHERE ledger_no = $1 AND customer_no = $2 AND revoked_at IS NULL";

    private const string RotateCode =
        "UPDATE customer_links SET code_version = code_version + 1, code_rotated_at = $3 WHERE ledger_no = $1 AND customer_no = $2 AND revoked_at IS NULL";

    public async Task<SharingFacts> FindAsync(int ledgerNo, int customerNo, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = Sql.Command(connection, FindFacts, ledgerNo, customerNo, now - CodeGate.BudgetWindow, now);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) throw new InvalidOperationException("A customer that was found is gone.");
        var link = row.IsDBNull(FactsBeforeLink) ? null : StoredLink.Read(row, FactsBeforeLink);
        return new SharingFacts(ReadRule(row, 0), Sql.TextOrNull(row, 5), link, checked((int)row.GetInt64(6)), checked((int)row.GetInt64(7)));
    }

    /// <summary>The active links of some customers, by their places; those without one are left out.</summary>
    public async Task<IReadOnlyDictionary<(int LedgerNo, int CustomerNo), ActiveLink>> FindActiveAsync(
        IReadOnlyCollection<(int LedgerNo, int CustomerNo)> customers, CancellationToken ct)
    {
        var found = new Dictionary<(int, int), ActiveLink>();
        if (customers.Count == 0) return found;
        var distinct = customers.Distinct().ToList();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = Sql.Command(
            connection, FindActive, distinct.Select(c => c.LedgerNo).ToArray(), distinct.Select(c => c.CustomerNo).ToArray());
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var link = StoredLink.Read(row);
            const int next = StoredLink.ColumnCount;
            found[(link.LedgerNo, link.CustomerNo)] =
                new ActiveLink(link, Sql.TextOrNull(row, next), SharingPolicies.Effective(row.GetString(next + 1), row.GetString(next + 2)));
        }

        return found;
    }

    /// <param name="change">From the policy and host as they are to what they shall be.</param>
    /// <returns>False when the branded host is not one of this vendor's; then nothing was changed.</returns>
    public async Task<bool> ChangeAsync(LedgerRef ledger, int customerNo, Func<SharingRule, SharingRule> change, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        SharingRule before;
        await using (var find = Sql.Command(connection, LockRule, ledger.LedgerNo, customerNo))
        await using (var row = await find.ExecuteReaderAsync(ct))
        {
            if (!await row.ReadAsync(ct)) throw new InvalidOperationException("A customer that was found is gone.");
            before = ReadRule(row, 0);
        }

        var after = change(before);
        if (after.DomainId is { } domainId && domainId != before.DomainId)
        {
            await using var owns = Sql.Command(connection, OwnsDomain, domainId, ledger.TenantId, ledger.VendorAccountId ?? "");
            if (await owns.ExecuteScalarAsync(ct) is null) return false;
        }

        await ExecuteAsync(connection, ChangeRule, ct, ledger.LedgerNo, customerNo, after.Policy, Sql.OrNull(after.DomainId), after.Version);
        if (after.Version == before.Version && after.Mark != before.Mark)
            await ExecuteAsync(connection, FollowMark, ct, ledger.LedgerNo, customerNo, before.Mark, after.Mark);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <param name="reissue">Whether an active link is ended for the new one.</param>
    /// <returns>False when there is an active link that was not to be ended.</returns>
    public async Task<bool> TryIssueAsync(int ledgerNo, int customerNo, bool reissue, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);

        // The customer's row is the lock: of two that issue at once the second finds the first one's link.
        await ExecuteAsync(connection, "SELECT 1 FROM customers WHERE ledger_no = $1 AND customer_no = $2 FOR UPDATE", ct, ledgerNo, customerNo);
        if (reissue) await ExecuteAsync(connection, RevokeActive, ct, ledgerNo, customerNo, clock.GetUtcNow());
        await using (var has = Sql.Command(connection, HasActive, ledgerNo, customerNo))
        {
            if (await has.ExecuteScalarAsync(ct) is not null) return false;
        }

        await ExecuteAsync(connection, MakeNext, ct, ledgerNo, customerNo, RecordHandles.New(), clock.GetUtcNow());
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <returns>False when no link was active.</returns>
    public Task<bool> TryRevokeAsync(int ledgerNo, int customerNo, CancellationToken ct) => TryChangeLinkAsync(RevokeActive, ledgerNo, customerNo, ct);

    /// <returns>False when no link was active.</returns>
    public Task<bool> TryRotateCodeAsync(int ledgerNo, int customerNo, CancellationToken ct) => TryChangeLinkAsync(RotateCode, ledgerNo, customerNo, ct);

    private async Task<bool> TryChangeLinkAsync(string sql, int ledgerNo, int customerNo, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await ExecuteAsync(connection, sql, ct, ledgerNo, customerNo, clock.GetUtcNow()) > 0;
    }

    internal static SharingRule ReadRule(NpgsqlDataReader row, int at) =>
        new(row.GetString(at), Sql.TextOrNull(row, at + 1), row.GetInt32(at + 2), row.GetString(at + 3), row.GetInt32(at + 4));

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = Sql.Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(ct);
    }
}
