using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>What a tick adds to one customer's day.</summary>
internal sealed class DayChange(int day)
{
    public int Day { get; } = day;

    public long RecordCount { get; private set; }

    public Amount Increases { get; private set; }

    public Amount Decreases { get; private set; }

    public void Add(Amount delta)
    {
        RecordCount++;
        if (delta > Amount.Zero) Increases += delta;
        else Decreases += delta;
    }
}

/// <summary>Verified records of one customer on one UTC day. Moved with the months and by the same rule, always behind them: whoever
/// holds a month's row is alone with its days.</summary>
internal static class DayRollups
{
    private const string Columns = "ledger_no, customer_no, day, record_count, increases, decreases";

    private const string UpsertDays =
        "INSERT INTO customer_days AS d (" + Columns + ") " +
        "SELECT * FROM unnest($1::int[], $2::int[], $3::int[], $4::bigint[], $5::numeric[], $6::numeric[]) " +
        "ON CONFLICT (ledger_no, customer_no, day) DO UPDATE SET record_count = d.record_count + excluded.record_count, " +
        "increases = d.increases + excluded.increases, decreases = d.decreases + excluded.decreases";

    private const string DeleteDays = "DELETE FROM customer_days WHERE ledger_no = $1 AND customer_no = $2 AND day >= $3 AND day < $4";

    /// <summary>What a tick adds, as one statement.</summary>
    /// <param name="months">In the order of the key.</param>
    public static NpgsqlBatchCommand Upsert(IEnumerable<MonthChange> months) =>
        Upsert([.. months.SelectMany(month => month.Days, (month, day) => (month.Customer, day))]);

    /// <summary>Puts a month's days, counted anew, in the place of those that are stored. The caller holds the month's row.</summary>
    public static async Task ReplaceAsync(NpgsqlConnection connection, MonthCount count, CancellationToken ct)
    {
        var (first, end) = (CustomerDay.Of(count.Window.Start), CustomerDay.Of(count.Window.End));
        await using var batch = new NpgsqlBatch(connection) { Timeout = SealSession.CommandTimeoutSeconds };
        batch.BatchCommands.Add(Sql.BatchCommand(DeleteDays, count.Customer.LedgerNo, count.Customer.CustomerNo, first, end));
        batch.BatchCommands.Add(Upsert([count.Change]));
        await batch.ExecuteNonQueryAsync(ct);
    }

    private static NpgsqlBatchCommand Upsert((SealedCustomer Customer, DayChange Day)[] days) => Sql.BatchCommand(
        UpsertDays, Array.ConvertAll(days, d => d.Customer.LedgerNo), Array.ConvertAll(days, d => d.Customer.CustomerNo),
        Array.ConvertAll(days, d => d.Day.Day), Array.ConvertAll(days, d => d.Day.RecordCount),
        Array.ConvertAll(days, d => d.Day.Increases.Value), Array.ConvertAll(days, d => d.Day.Decreases.Value));
}
