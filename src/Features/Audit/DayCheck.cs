using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Audit;

/// <summary>Whether the rollups by day say what the verified records say.</summary>
/// <remarks>Records are met in the order of their instants, so a day is complete when the next one has begun; one day of the customers
/// that were active on it is held at a time. A row that cannot be believed, or is not there, belongs to a day between the rows around
/// it and to a customer that nobody can tell any more: the days there are not compared.</remarks>
internal sealed class DayCheck : IAsyncDisposable
{
    private readonly AuditNotes _notes;
    private readonly AuditedLedger _ledger;
    private readonly Beside<StoredCustomerDay> _stored;
    private readonly SortedDictionary<int, ExpectedDay> _customers = [];
    private readonly List<(int First, int Last)> _doubtful = [];
    private int? _doubtfulFrom;
    private int _day = int.MinValue;
    private long _count;

    public DayCheck(AuditSnapshot snapshot, AuditNotes notes, AuditedLedger ledger, CancellationToken ct)
    {
        (_notes, _ledger) = (notes, ledger);
        _stored = snapshot.StreamBeside(StoredCustomerDay.Select, StoredCustomerDay.Read, ct, ledger.LedgerNo);
    }

    /// <summary>A sound record under a signed tree head.</summary>
    public async ValueTask AddAsync(AuditedRow row)
    {
        var record = row.Record!;
        var day = CustomerDay.Of(record.AcceptedAt);
        EndDoubt(day);
        if (day > _day)
        {
            await CompareAsync();
            _day = day;
        }

        if (!_customers.TryGetValue(record.CustomerNo, out var expected)) _customers[record.CustomerNo] = expected = new ExpectedDay();
        expected.Add(record.Delta);
    }

    /// <summary>Something cannot be believed or is missing between here and the next sound record.</summary>
    /// <param name="latest">Of the last sound row.</param>
    public void Doubt(Timestamp latest) => _doubtfulFrom ??= CustomerDay.Of(latest);

    public async Task FinishAsync()
    {
        EndDoubt(int.MaxValue);
        await CompareAsync();
        for (; await _stored.PeekAsync() is { } row; await _stored.MoveAsync()) Compare(row, new ExpectedDay());
        _notes.Counts = _notes.Counts with { CustomerDays = _notes.Counts.CustomerDays + _count };
    }

    public ValueTask DisposeAsync() => _stored.DisposeAsync();

    private void EndDoubt(int day)
    {
        if (_doubtfulFrom is not { } first) return;
        _doubtful.Add((first, day));
        _doubtfulFrom = null;
    }

    private bool IsDoubtful(int day) => _doubtful.Exists(range => range.First <= day && day <= range.Last);

    /// <summary>The day that is held, and rows of days before it on which nothing was recorded.</summary>
    private async ValueTask CompareAsync()
    {
        for (; await _stored.PeekAsync() is { } row && row.Day <= _day; await _stored.MoveAsync())
            Compare(row, row.Day == _day && _customers.Remove(row.CustomerNo, out var expected) ? expected : new ExpectedDay());

        foreach (var (customerNo, expected) in _customers)
        {
            if (!IsDoubtful(_day))
                _notes.Find(AuditCodes.Rollup, _ledger.WhereCustomer(customerNo, CustomerDay.DateOf(_day)), $"the row is missing; {expected.RecordCount} records are expected");
        }

        _customers.Clear();
        _doubtful.RemoveAll(range => range.Last <= _day);
    }

    private void Compare(StoredCustomerDay row, ExpectedDay expected)
    {
        _count++;
        if (IsDoubtful(row.Day)) return;
        foreach (var complaint in expected.Complaints(row)) _notes.Find(AuditCodes.Rollup, _ledger.WhereCustomer(row.CustomerNo, CustomerDay.DateOf(row.Day)), $"{complaint}");
    }
}

/// <summary>What a row of <c>customer_days</c> must say.</summary>
internal sealed class ExpectedDay
{
    private Amount _increases;
    private Amount _decreases;

    public long RecordCount { get; private set; }

    public void Add(Amount delta)
    {
        RecordCount++;
        if (delta > Amount.Zero) _increases += delta;
        else _decreases += delta;
    }

    public IEnumerable<string> Complaints(StoredCustomerDay row)
    {
        if (row.RecordCount != RecordCount) yield return Says("record_count", row.RecordCount, RecordCount);
        if (row.Increases != _increases.Value) yield return Says("increases", row.Increases, _increases);
        if (row.Decreases != _decreases.Value) yield return Says("decreases", row.Decreases, _decreases);
    }

    private static string Says<T, TExpected>(string column, T stored, TExpected expected) =>
        FormattableString.Invariant($"{column} is {stored}, {expected} is expected");
}

/// <summary>A row of <c>customer_days</c>.</summary>
internal sealed record StoredCustomerDay(int CustomerNo, int Day, long RecordCount, decimal Increases, decimal Decreases)
{
    public const string Select = "SELECT customer_no, day, record_count, increases, decreases FROM customer_days WHERE ledger_no = $1 ORDER BY day, customer_no";

    public static StoredCustomerDay Read(NpgsqlDataReader row) =>
        new(row.GetInt32(0), row.GetInt32(1), row.GetInt64(2), row.GetDecimal(3), row.GetDecimal(4));
}
