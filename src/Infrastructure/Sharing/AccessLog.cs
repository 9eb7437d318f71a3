using Npgsql;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Infrastructure.Sharing;

/// <summary>Who came to a link, from where and to do what (api-dashboard 7).</summary>
/// <param name="Tier"><c>outer</c> or <c>inner</c>; null where nothing was shown.</param>
/// <param name="ClientAddress">Shortened.</param>
public sealed record Visit(int LedgerNo, int CustomerNo, long LinkNo, string Host, string? Tier, string? ClientAddress, string? UserAgent);

/// <summary>A row of <c>access_log</c>.</summary>
public sealed record AccessEntry(
    long EntryNo, string AccessId, DateTimeOffset At, string Kind, string Host, string? Tier, string? Format, string? Period, string? ClientAddress, string? UserAgent);

public static class AccessKinds
{
    public const string Viewed = "viewed";
    public const string Unlocked = "unlocked";
    public const string StepUpFailed = "step_up_failed";
    public const string Exported = "exported";
    public const string Compared = "compared";

    public static IReadOnlyList<string> All { get; } = [Viewed, Unlocked, StepUpFailed, Exported, Compared];
}

/// <summary>What a vendor may know of visits.</summary>
public sealed class AccessLog(NpgsqlDataSource database)
{
    /// <summary>Somewhat longer than the widest window that can be asked for.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(800);

    private const int MaxUserAgentLength = 300;

    private const string Columns = "entry_no, access_id, at, kind, host, tier, format, period, client_address, user_agent";

    private const string Add =
        "INSERT INTO access_log (access_id, ledger_no, customer_no, link_no, at, kind, host, tier, format, period, client_address, user_agent) " +
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

    private const string List =
        "SELECT " + Columns + " FROM access_log WHERE ledger_no = $1 AND customer_no = $2 AND entry_no < $3 AND ($4 = '' OR kind = $4) ORDER BY entry_no DESC LIMIT $5";

    /// <param name="transaction">The connection whose transaction writes what happened.</param>
    public static async Task AddAsync(
        NpgsqlConnection transaction, Visit visit, string kind, DateTimeOffset at, CancellationToken ct, string? format = null, string? period = null)
    {
        await using var command = Sql.Command(
            transaction, Add, RandomId.New("acc_"), visit.LedgerNo, visit.CustomerNo, visit.LinkNo, at, kind, visit.Host, Sql.OrNull(visit.Tier), Sql.OrNull(format),
            Sql.OrNull(period), Sql.OrNull(visit.ClientAddress), Sql.OrNull(Short(visit.UserAgent)));
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Not cut in the middle of a character, half of which is no text.</summary>
    private static string? Short(string? agent) => agent is { Length: > MaxUserAgentLength }
        ? agent[..(char.IsHighSurrogate(agent[MaxUserAgentLength - 1]) ? MaxUserAgentLength - 1 : MaxUserAgentLength)]
        : agent;

    /// <summary>Newest first.</summary>
    /// <param name="before">The number of the last entry that was given; null from the newest.</param>
    public async Task<IReadOnlyList<AccessEntry>> ListAsync(int ledgerNo, int customerNo, string? kind, long? before, int limit, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = Sql.Command(connection, List, ledgerNo, customerNo, before ?? long.MaxValue, kind ?? "", limit);
        await using var row = await command.ExecuteReaderAsync(ct);
        var entries = new List<AccessEntry>();
        while (await row.ReadAsync(ct))
        {
            entries.Add(new AccessEntry(
                row.GetInt64(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.GetString(3), row.GetString(4), Sql.TextOrNull(row, 5),
                Sql.TextOrNull(row, 6), Sql.TextOrNull(row, 7), Sql.TextOrNull(row, 8), Sql.TextOrNull(row, 9)));
        }

        return entries;
    }
}
