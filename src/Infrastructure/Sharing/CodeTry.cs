using Npgsql;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Infrastructure.Sharing;

/// <summary>Who tries.</summary>
/// <param name="Client">A name for the address, see <see cref="AccessCodes.NameClient"/>.</param>
/// <param name="Session">Hash of the session cookie.</param>
/// <param name="KnownBrowser">Hash of the cookie of browsers that were let in before.</param>
public sealed record CodeClient(byte[] Client, byte[] Session, byte[] KnownBrowser);

/// <summary>Failures of a code, as the vendor is told of them.</summary>
/// <param name="Recent">Within the last 15 minutes, the first of them at <paramref name="RecentSince"/>.</param>
/// <param name="IsTelling">Enough of them, and nothing was told of this link within the hour.</param>
public sealed record CodeFailures(int Total, int Recent, DateTimeOffset RecentSince, bool IsTelling);

/// <summary>One try of a code: a transaction that holds the link's row, so that of any number of guesses at once each is decided
/// by all that were counted before it.</summary>
public sealed class CodeTry(NpgsqlConnection connection, long linkNo, CodeClient client)
{
    private static readonly TimeSpan s_toldAtMostEvery = TimeSpan.FromHours(1);

    private const string Lock = "SELECT " + StoredLink.Columns + " FROM customer_links k WHERE k.link_no = $1 FOR UPDATE";

    private const string Count =
        "SELECT (SELECT count(*) FROM code_failures WHERE link_no = $1 AND code_version = $2 AND failed_at > $3), " +
        "EXISTS (SELECT 1 FROM known_browsers WHERE browser_hash = $4 AND link_no = $1 AND code_version = $2 AND let_in_at > $5 AND failures < $6), " +
        "w.failures, w.last_failed_at FROM (SELECT 1) one LEFT JOIN code_waits w ON w.link_no = $1 AND w.client = $7";

    private const string CountOwn = "UPDATE known_browsers SET failures = failures + 1 WHERE browser_hash = $1 AND link_no = $2";

    private const string CountFailure =
        "WITH failed AS (INSERT INTO code_failures (link_no, code_version, failed_at) VALUES ($1, $2, $3)) " +
        "INSERT INTO code_waits AS w (link_no, client, failures, last_failed_at) VALUES ($1, $4, 1, $3) ON CONFLICT (link_no, client) DO UPDATE " +
        "SET failures = CASE WHEN w.last_failed_at > $5 THEN w.failures + 1 ELSE 1 END, last_failed_at = $3";

    private const string FindRecent =
        "SELECT count(*) FILTER (WHERE failed_at > $3), count(*) FILTER (WHERE failed_at > $4), min(failed_at) FILTER (WHERE failed_at > $4) " +
        "FROM code_failures WHERE link_no = $1 AND code_version = $2";

    private const string Tell =
        "UPDATE customer_links SET step_up_event_at = $2 WHERE link_no = $1 AND (step_up_event_at IS NULL OR step_up_event_at <= $3) RETURNING 1";

    // The other links that this browser opened come along to its new name; an old name is worth nothing afterwards.
    private const string LetIn =
        "WITH gone AS (DELETE FROM record_sessions WHERE browser_hash = $2 AND link_no = $1), " +
        "moved AS (UPDATE record_sessions SET browser_hash = $3 WHERE browser_hash = $2 AND link_no <> $1 AND host = $6) " +
        "INSERT INTO record_sessions (browser_hash, link_no, code_version, sharing_mark, host, created_at, last_seen_at, ends_at) VALUES ($3, $1, $4, $5, $6, $7, $7, $8)";

    private const string Know =
        "WITH gone AS (DELETE FROM known_browsers WHERE browser_hash = $2 AND link_no = $1), " +
        "moved AS (UPDATE known_browsers SET browser_hash = $3 WHERE browser_hash = $2 AND link_no <> $1) " +
        "INSERT INTO known_browsers (browser_hash, link_no, code_version, let_in_at) VALUES ($3, $1, $4, $5)";

    private const string ForgetWait = "DELETE FROM code_waits WHERE link_no = $1 AND client = $2";

    /// <summary>The link as it is now that nobody else can change it.</summary>
    public async Task<StoredLink> LockAsync(CancellationToken ct)
    {
        await using var command = Sql.Command(connection, Lock, linkNo);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? StoredLink.Read(row) : throw new InvalidOperationException("A link that was found is gone.");
    }

    public async Task<CodeTries> CountAsync(int codeVersion, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = Sql.Command(
            connection, Count, linkNo, codeVersion, now - CodeGate.BudgetWindow, client.KnownBrowser, now - CodeGate.KnownFor, CodeGate.KnownBrowserFailures, client.Client);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return new CodeTries(row.GetBoolean(1), checked((int)row.GetInt64(0)), row.IsDBNull(2) ? 0 : row.GetInt32(2), Sql.InstantOrNull(row, 3));
    }

    /// <summary>A failure of a known browser: its own, and nobody else's.</summary>
    public Task CountOwnFailureAsync(CancellationToken ct) => ExecuteAsync(CountOwn, ct, client.KnownBrowser, linkNo);

    public async Task<CodeFailures> CountFailureAsync(int codeVersion, DateTimeOffset now, CancellationToken ct)
    {
        await ExecuteAsync(CountFailure, ct, linkNo, codeVersion, now, client.Client, now - CodeGate.WaitForgottenAfter);
        int total, recent;
        DateTimeOffset since;
        await using (var command = Sql.Command(connection, FindRecent, linkNo, codeVersion, now - CodeGate.BudgetWindow, now - CodeGate.RepeatedWindow))
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            await row.ReadAsync(ct);
            (total, recent, since) = (checked((int)row.GetInt64(0)), checked((int)row.GetInt64(1)), Sql.InstantOrNull(row, 2) ?? now);
        }

        var isTelling = recent >= CodeGate.Repeated && await ExecuteAsync(Tell, ct, linkNo, now, now - s_toldAtMostEvery) > 0;
        return new CodeFailures(total, recent, since, isTelling);
    }

    /// <summary>Opens the link in this browser, under names that nobody had before.</summary>
    public async Task LetInAsync(StoredLink link, string mark, string host, byte[] newSession, byte[] newKnownBrowser, DateTimeOffset now, CancellationToken ct)
    {
        await ExecuteAsync(LetIn, ct, linkNo, client.Session, newSession, link.CodeVersion, mark, host, now, RecordSessionRule.EndsAt(now, now));
        await ExecuteAsync(Know, ct, linkNo, client.KnownBrowser, newKnownBrowser, link.CodeVersion, now);
        await ExecuteAsync(ForgetWait, ct, linkNo, client.Client);
    }

    private async Task<int> ExecuteAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = Sql.Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(ct);
    }
}
