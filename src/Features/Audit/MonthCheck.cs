using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Audit;

/// <summary>Whether the rollups say what the verified records say.</summary>
/// <remarks>
/// Records are met in the order of their instants, so a month is complete soon after the next one has begun. It is compared one
/// month later still, because a record that was accepted at the very edge may be verified on the other side of it. Held at a time:
/// three months of the customers that were active in them, some 400 bytes and the edge of a tree each.
/// </remarks>
internal sealed class MonthCheck : IAsyncDisposable
{
    private const int MonthsHeld = 2;

    private readonly AuditNotes _notes;
    private readonly AuditedLedger _ledger;
    private readonly FrontierMac _mac;
    private readonly Beside<StoredMonth> _stored;
    private readonly SortedDictionary<int, SortedDictionary<int, ExpectedMonth>> _months = [];
    private int _latest;
    private long _count;

    public MonthCheck(AuditSnapshot snapshot, AuditNotes notes, AuditedLedger ledger, FrontierMac mac, CancellationToken ct)
    {
        (_notes, _ledger, _mac) = (notes, ledger, mac);
        _stored = snapshot.StreamBeside(StoredMonth.Select, StoredMonth.Read, ct, ledger.LedgerNo);
    }

    /// <summary>A sound record under a signed tree head.</summary>
    public async ValueTask AddAsync(AuditedRow row, Timestamp verifiedAt)
    {
        var record = row.Record!;
        var month = CustomerMonth.Of(record.AcceptedAt);
        if (month > _latest)
        {
            _latest = month;
            await CompareBeforeAsync(month - MonthsHeld + 1);
        }

        Expected(month, record.CustomerNo).Add(record);
        Expected(CustomerMonth.Of(verifiedAt), record.CustomerNo).VerifiedCount++;
    }

    /// <summary>Something of this customer cannot be believed or is missing here: its rollup cannot be derived.</summary>
    public void Doubt(int customerNo, Timestamp near)
    {
        var month = CustomerMonth.Of(near);
        foreach (var at in (int[])[month - 1, month, month + 1]) Expected(at, customerNo).IsDoubtful = true;
    }

    public async Task FinishAsync()
    {
        await CompareBeforeAsync(int.MaxValue);
        _notes.Counts = _notes.Counts with { CustomerMonths = _notes.Counts.CustomerMonths + _count };
    }

    public ValueTask DisposeAsync() => _stored.DisposeAsync();

    private ExpectedMonth Expected(int month, int customerNo)
    {
        if (!_months.TryGetValue(month, out var customers)) _months[month] = customers = [];
        if (!customers.TryGetValue(customerNo, out var expected)) customers[customerNo] = expected = new ExpectedMonth();
        return expected;
    }

    private async ValueTask CompareBeforeAsync(int end)
    {
        while (_months.Count > 0 && _months.First() is var (month, customers) && month < end)
        {
            await CompareAsync(month, customers);
            _months.Remove(month);
        }

        // Rows of months in which nothing was recorded.
        for (; await _stored.PeekAsync() is { } row && row.Month < end; await _stored.MoveAsync()) Compare(row, new ExpectedMonth());
    }

    private async ValueTask CompareAsync(int month, SortedDictionary<int, ExpectedMonth> customers)
    {
        for (; await _stored.PeekAsync() is { } row && row.Month <= month; await _stored.MoveAsync())
        {
            var expected = row.Month == month && customers.Remove(row.CustomerNo, out var known) ? known : new ExpectedMonth();
            Compare(row, expected);
        }

        foreach (var (customerNo, expected) in customers)
        {
            if (!expected.IsDoubtful) _notes.Find(AuditCodes.Rollup, Where(customerNo, month), $"the row is missing; {expected.RecordCount} records are expected");
        }
    }

    private void Compare(StoredMonth row, ExpectedMonth expected)
    {
        _count++;
        if (expected.IsDoubtful) return;
        foreach (var complaint in expected.Complaints(row)) _notes.Find(AuditCodes.Rollup, Where(row.CustomerNo, row.Month), $"{complaint}");

        // None is stored where it is not known to be good; a close then builds it again.
        if (row.Frontier.Length == 0) return;
        if (!expected.Frontier.ToBytes().AsSpan().SequenceEqual(row.Frontier))
            _notes.Find(AuditCodes.RollupFrontier, Where(row.CustomerNo, row.Month), $"the frontier is not that of {expected.RecordCount} records");
        else if (!_mac.TryOpen(_ledger.LedgerNo, row.CustomerNo, row.Month, expected.FirstSeq ?? 1, row.Frontier, row.FrontierMac, out _))
            _notes.Find(AuditCodes.RollupFrontier, Where(row.CustomerNo, row.Month), $"the MAC does not hold");
    }

    private string Where(int customerNo, int month) => _ledger.WhereCustomer(customerNo, CustomerMonth.PeriodOf(month));
}

/// <summary>What a rollup row must say.</summary>
internal sealed class ExpectedMonth
{
    private Amount _net;
    private Amount _increases;
    private Amount _decreases;
    private Amount _closing;
    private long? _lastSeq;
    private Timestamp? _firstAt;
    private Timestamp? _lastAt;
    private string? _unit;
    private bool _hasMixedUnits;

    public bool IsDoubtful { get; set; }

    public long VerifiedCount { get; set; }

    public long RecordCount { get; private set; }

    public long? FirstSeq { get; private set; }

    public TreeFrontier Frontier { get; } = new();

    public void Add(StoredRecord record)
    {
        RecordCount++;
        _net += record.Delta;
        if (record.Delta > Amount.Zero) _increases += record.Delta;
        else _decreases += record.Delta;
        FirstSeq ??= record.Seq;
        _firstAt ??= record.AcceptedAt;
        (_closing, _lastSeq, _lastAt) = (record.BalanceAfter, record.Seq, record.AcceptedAt);
        if (record.Unit is not null && record.Unit != _unit)
        {
            _hasMixedUnits |= _unit is not null;
            _unit ??= record.Unit;
        }

        Frontier.Append(record.Leaf);
    }

    public IEnumerable<string> Complaints(StoredMonth row)
    {
        if (row.RecordCount != RecordCount) yield return Says("record_count", row.RecordCount, RecordCount);
        if (row.VerifiedCount != VerifiedCount) yield return Says("verified_count", row.VerifiedCount, VerifiedCount);
        if (row.Net != _net.Value) yield return Says("net", row.Net, _net);
        if (row.Increases != _increases.Value) yield return Says("increases", row.Increases, _increases);
        if (row.Decreases != _decreases.Value) yield return Says("decreases", row.Decreases, _decreases);
        if (RecordCount > 0 && row.Closing != _closing.Value) yield return Says("closing", row.Closing, _closing);
        if (row.FirstSeq != FirstSeq) yield return Says("first_seq", row.FirstSeq, FirstSeq);
        if (row.LastSeq != _lastSeq) yield return Says("last_seq", row.LastSeq, _lastSeq);
        if (row.FirstAt != _firstAt) yield return Says("first_at", row.FirstAt, _firstAt);
        if (row.LastAt != _lastAt) yield return Says("last_at", row.LastAt, _lastAt);
        if (row.HasMixedUnits != _hasMixedUnits) yield return Says("mixed_units", row.HasMixedUnits, _hasMixedUnits);
        if (!_hasMixedUnits && row.Unit != _unit) yield return Says("unit", row.Unit, _unit);
    }

    private static string Says<T, TExpected>(string column, T stored, TExpected expected) =>
        FormattableString.Invariant($"{column} is {stored}, {expected} is expected");
}

/// <summary>A row of <c>customer_months</c>.</summary>
internal sealed record StoredMonth(
    int CustomerNo, int Month, long RecordCount, long VerifiedCount, decimal Net, decimal Increases, decimal Decreases, decimal Closing,
    long? FirstSeq, long? LastSeq, Timestamp? FirstAt, Timestamp? LastAt, string? Unit, bool HasMixedUnits, byte[] Frontier, byte[] FrontierMac)
{
    public const string Select =
        "SELECT customer_no, month, record_count, verified_count, net, increases, decreases, closing, first_seq, last_seq, first_at, last_at, unit, " +
        "mixed_units, frontier, frontier_mac FROM customer_months WHERE ledger_no = $1 ORDER BY month, customer_no";

    public static StoredMonth Read(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetInt32(1), row.GetInt64(2), row.GetInt64(3), row.GetDecimal(4), row.GetDecimal(5), row.GetDecimal(6), row.GetDecimal(7),
        row.IsDBNull(8) ? null : row.GetInt64(8), row.IsDBNull(9) ? null : row.GetInt64(9),
        row.IsDBNull(10) ? null : RecordReader.ReadTimestamp(row, 10), row.IsDBNull(11) ? null : RecordReader.ReadTimestamp(row, 11),
        row.IsDBNull(12) ? null : row.GetString(12), row.GetBoolean(13), row.GetFieldValue<byte[]>(14), row.GetFieldValue<byte[]>(15));
}
