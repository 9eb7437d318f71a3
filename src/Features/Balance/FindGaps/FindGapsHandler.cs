using System.Globalization;
using MediatR;
using Npgsql;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Balance;

internal sealed class FindGapsHandler(NpgsqlDataSource database, VendorAccounts vendorAccounts, TimeProvider clock)
    : IRequestHandler<FindGaps, Outcome<GapsFound>>
{
    /// <summary>Numbers that one answer speaks of: what it costs does not grow with the customer.</summary>
    internal const long MaxChecked = 100_000;

    // Everything that says that a number was given: the rows, and what was made from rows that may be gone.
    private const string Latest =
        "SELECT greatest((SELECT max(seq) FROM records WHERE ledger_no = $1 AND customer_no = $2), " +
        "(SELECT max(last_seq) FROM customer_months WHERE ledger_no = $1 AND customer_no = $2), " +
        "(SELECT max(last_seq) FROM checkpoints WHERE ledger_no = $1 AND customer_no = $2), " +
        "(SELECT max(seq) FROM record_failures WHERE ledger_no = $1 AND customer_no = $2), 0)";

    // Over the index of numbers alone. A number that is stored ends the gap before it; the last gap ends with the range.
    private const string Missing =
        "WITH stored AS MATERIALIZED (SELECT seq, lag(seq, 1, $3 - 1) OVER (ORDER BY seq) AS before FROM records " +
        "WHERE ledger_no = $1 AND customer_no = $2 AND seq BETWEEN $3 AND $4), " +
        "gaps AS (SELECT before + 1 AS first, seq - 1 AS last FROM stored WHERE seq > before + 1 " +
        "UNION ALL SELECT z.last + 1, $4 FROM (SELECT coalesce(max(seq), $3 - 1) AS last FROM stored) z WHERE z.last < $4) " +
        "SELECT first, last, (SELECT $4 - $3 + 1 - count(*) FROM stored) FROM gaps WHERE first > $5 ORDER BY first LIMIT $6";

    public async Task<Outcome<GapsFound>> Handle(FindGaps request, CancellationToken ct)
    {
        if (!(await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct)).Accepted(out var customer, out var refusal))
            return refusal;
        string?[] filters =
        [
            customer.Ledger.LedgerId, customer.CustomerId, request.FromSequence.ToString(CultureInfo.InvariantCulture),
            request.ToSequence?.ToString(CultureInfo.InvariantCulture),
        ];
        if (!TryOpen(request.Cursor, filters, out var place)) return Refusal.Validation("cursor", "does not belong to this list");

        await using var snapshot = await ReadSnapshot.TakeAsync(database, ct);
        var latest = await LatestAsync(snapshot, customer, ct);
        var end = Math.Min(request.ToSequence ?? latest, latest);
        var (first, after) = place ?? (request.FromSequence, 0);
        var last = Math.Min(end, first > long.MaxValue - MaxChecked ? long.MaxValue : first + MaxChecked - 1);
        var (missing, gaps) = last < first ? (0, []) : await MissingAsync(snapshot, customer, first, last, after, request.Limit + 1, ct);

        var next = gaps.Count > request.Limit ? (first, gaps[request.Limit - 1].FromSequence) : last < end ? (last + 1, 0L) : default((long, long)?);
        return new GapsFound(
            customer.CustomerId, customer.Ledger.VendorAccountId, first, last, latest, missing > 0, missing, [.. gaps.Take(request.Limit)],
            clock.GetUtcNow(), request.Limit, next is var (from, behind) ? Cursors.Make(filters, string.Create(CultureInfo.InvariantCulture, $"{from} {behind}")) : null);
    }

    private static async Task<long> LatestAsync(ReadSnapshot snapshot, CustomerRow customer, CancellationToken ct)
    {
        await using var command = Command(snapshot, Latest, customer);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <param name="after">Only gaps that begin behind this number; those before were on earlier pages.</param>
    private static async Task<(long Missing, List<SequenceGap> Gaps)> MissingAsync(
        ReadSnapshot snapshot, CustomerRow customer, long first, long last, long after, int limit, CancellationToken ct)
    {
        await using var command = Command(snapshot, Missing, customer, first, last, after, limit);
        await using var row = await command.ExecuteReaderAsync(ct);
        var missing = 0L;
        var gaps = new List<SequenceGap>();
        while (await row.ReadAsync(ct))
        {
            missing = row.GetInt64(2);
            gaps.Add(new SequenceGap(row.GetInt64(0), row.GetInt64(1), row.GetInt64(1) - row.GetInt64(0) + 1));
        }

        return (missing, gaps);
    }

#pragma warning disable CA2100 // Written above.
    private static NpgsqlCommand Command(ReadSnapshot snapshot, string sql, CustomerRow customer, params object[] more)
    {
        var command = new NpgsqlCommand(sql, snapshot.Connection);
        foreach (var value in (object[])[customer.Ledger.LedgerNo, customer.CustomerNo, .. more]) command.Parameters.Add(new() { Value = value });
        return command;
    }
#pragma warning restore CA2100

    private static bool TryOpen(string? cursor, string?[] filters, out (long First, long After)? place)
    {
        place = null;
        if (cursor is null) return true;
        if (!Cursors.TryOpen(cursor, filters, out var position) || position.Split(' ') is not [var first, var after]
            || !long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var firstSeq)
            || !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var afterSeq)) return false;
        place = (firstSeq, afterSeq);
        return true;
    }
}
