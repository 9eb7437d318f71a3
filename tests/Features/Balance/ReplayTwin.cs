using PacSpace.Evidence;

namespace PacSpace.Features.Tests.Balance;

/// <summary>What replays must say, the slow and plain way: every record is looked at, every time.</summary>
internal sealed class ReplayTwin(IReadOnlyList<ReplayTwin.Row> rows)
{
    public IReadOnlyList<Row> Rows { get; } = rows;

    /// <summary>All records of a customer, with the deltas that were sent.</summary>
    public static async Task<ReplayTwin> ReadAsync(ClosingScenario scenario, string customerId, IReadOnlyDictionary<long, decimal> sent)
    {
        var rows = new List<Row>();
        await using var command = scenario.Host.Database.Source.CreateCommand(
            "SELECT r.seq, r.accepted_at, EXISTS (SELECT 1 FROM record_failures f WHERE f.ledger_no = r.ledger_no AND f.ledger_index = r.ledger_index AND healed_at IS NULL), " +
            "r.ledger_index < s.sealed_index FROM records r JOIN customers c USING (ledger_no, customer_no) JOIN ledger_seals s USING (ledger_no) " +
            "WHERE c.customer_id = $1 ORDER BY r.seq");
        command.Parameters.Add(new() { Value = customerId });
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
            rows.Add(new Row(row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), sent[row.GetInt64(0)], row.GetBoolean(2), row.GetBoolean(3)));
        return new ReplayTwin(rows);
    }

    public IReadOnlyList<Row> Verified(Window window) => [.. Rows.Where(r => r is { IsFailed: false, IsSealed: true } && window.Contains(Timestamp.FromDateTimeOffset(r.AcceptedAt)))];

    public decimal AcceptedBefore(long seq) => Rows.Where(r => r.Seq < seq).Sum(r => r.Delta);

    /// <summary>Since when the running balance is not the claim: the record after which it last was, and the next verified one.</summary>
    public (long? AfterSeq, Row? Next)? Divergence(Window window, decimal startingBalance, decimal claim)
    {
        var verified = Verified(window);
        var running = startingBalance;
        var (wasEqual, lastEqual) = (running == claim, -1);
        for (var i = 0; i < verified.Count; i++)
        {
            running += verified[i].Delta;
            if (running == claim) (wasEqual, lastEqual) = (true, i);
        }

        if (running == claim) return null;
        return (lastEqual < 0 ? null : verified[lastEqual].Seq, wasEqual ? verified[lastEqual + 1] : null);
    }

    internal sealed record Row(long Seq, DateTimeOffset AcceptedAt, decimal Delta, bool IsFailed, bool IsSealed);
}
