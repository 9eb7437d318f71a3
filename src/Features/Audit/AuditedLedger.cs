using PacSpace.Evidence;

namespace PacSpace.Features.Audit;

/// <summary>A ledger with its head and its seal.</summary>
/// <param name="SealedIndex">Records below it are under a signed tree head.</param>
internal sealed record AuditedLedger(
    int LedgerNo, string LedgerId, string Environment, long NextIndex, int NextCustomerNo, Timestamp AcceptedFloor, long SealedIndex, string? StoppedReason)
{
    public const string Select =
        "SELECT l.ledger_no, l.ledger_id, l.environment, coalesce(h.next_index, 0), coalesce(h.next_customer_no, 1), coalesce(h.accepted_floor, 'epoch'), " +
        "coalesce(s.sealed_index, 0), s.stopped_reason FROM ledgers l LEFT JOIN ledger_heads h USING (ledger_no) LEFT JOIN ledger_seals s USING (ledger_no) " +
        "ORDER BY l.ledger_no";

    public static AuditedLedger Read(Npgsql.NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt32(4), Infrastructure.Records.RecordReader.ReadTimestamp(row, 5),
        row.GetInt64(6), row.IsDBNull(7) ? null : row.GetString(7));

    public string Where() => FormattableString.Invariant($"ledger {LedgerNo}");

    public string Where(long index) => FormattableString.Invariant($"ledger {LedgerNo} record {index}");

    public string Where(long first, long end) =>
        end == first + 1 ? Where(first) : FormattableString.Invariant($"ledger {LedgerNo} records {first} to {end - 1}");

    public string WhereCustomer(int customerNo, Period month) => FormattableString.Invariant($"ledger {LedgerNo} customer {customerNo} month {month}");

    public string WhereCustomer(int customerNo, DateOnly day) => FormattableString.Invariant($"ledger {LedgerNo} customer {customerNo} day {day:yyyy-MM-dd}");
}
