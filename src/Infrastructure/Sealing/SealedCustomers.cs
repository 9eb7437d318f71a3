using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>A customer of whom a record is to be sealed, with that record's place: what must be known is what lies before it.</summary>
internal readonly record struct CustomerAsked(int LedgerNo, int CustomerNo, long Seq, long AcceptedAtPostgres);

/// <summary>The customers that the sealer knows: name, end of the sealed records, edge of the month's tree.</summary>
/// <remarks>Owned by the sealer's loop; no lock. Bounded: past the bound it forgets everything at the start of a tick, which
/// costs one line of one query a customer.</remarks>
internal sealed class SealedCustomers(FrontierMac macs)
{
    private const int Capacity = 20_000;

    private const string Load =
        "SELECT k.ledger_no, k.customer_no, c.customer_id, p.seq, p.leaf, p.balance_after, f.confirmed_leaf, k.month, k.seq, " +
        "m.first_seq, m.frontier, m.frontier_mac " +
        "FROM unnest($1::int[], $2::int[], $3::bigint[], $4::int[]) k(ledger_no, customer_no, seq, month) " +
        "JOIN customers c ON c.ledger_no = k.ledger_no AND c.customer_no = k.customer_no " +
        "LEFT JOIN records p ON p.ledger_no = k.ledger_no AND p.customer_no = k.customer_no AND p.seq = k.seq - 1 " +
        "LEFT JOIN record_failures f ON f.ledger_no = p.ledger_no AND f.ledger_index = p.ledger_index AND f.healed_at IS NULL " +
        "LEFT JOIN customer_months m ON m.ledger_no = k.ledger_no AND m.customer_no = k.customer_no AND m.month = k.month AND m.record_count > 0";

    private readonly Dictionary<long, SealedCustomer?> _known = [];

    public SealedCustomer? Find(int ledgerNo, int customerNo) => _known.GetValueOrDefault(Key(ledgerNo, customerNo));

    /// <summary>False once, when the customer has to be looked up.</summary>
    public bool IsKnownOrAsked(int ledgerNo, int customerNo)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_known, Key(ledgerNo, customerNo), out var known);
        return known;
    }

    /// <summary>At the start of a tick.</summary>
    public void Trim()
    {
        if (_known.Count > Capacity) _known.Clear();
    }

    /// <summary>After a failed commit, or one whose outcome is not known.</summary>
    public void Forget() => _known.Clear();

    public void Forget(int ledgerNo, int customerNo) => _known.Remove(Key(ledgerNo, customerNo));

    /// <summary>Looks customers up. Those that do not exist stay unknown, and are asked for again by the next tick.</summary>
    public async Task LoadAsync(NpgsqlConnection connection, IReadOnlyList<CustomerAsked> asked, CancellationToken ct)
    {
        if (asked.Count == 0) return;
        await using var command = new NpgsqlCommand(Load, connection);
        command.Parameters.Add(Numbers(asked.Select(a => a.LedgerNo).ToArray()));
        command.Parameters.Add(Numbers(asked.Select(a => a.CustomerNo).ToArray()));
        command.Parameters.Add(new NpgsqlParameter { Value = asked.Select(a => a.Seq).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        command.Parameters.Add(Numbers(asked.Select(a => MonthOf(a.AcceptedAtPostgres)).ToArray()));
        foreach (var a in asked) _known.Remove(Key(a.LedgerNo, a.CustomerNo));
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var customer = new SealedCustomer(row.GetInt32(0), row.GetInt32(1), row.GetString(2));
            if (!row.IsDBNull(3)) customer.End = ReadEnd(row);
            customer.Month = ReadMonth(row, customer);
            _known[Key(customer.LedgerNo, customer.CustomerNo)] = customer;
        }
    }

    private static ChainEnd? ReadEnd(NpgsqlDataReader row)
    {
        try
        {
            return row.IsDBNull(6)
                ? new ChainEnd(row.GetInt64(3), RecordReader.ReadHash(row, 4), Amount.FromDecimal(row.GetDecimal(5)), IsSound: true)
                : new ChainEnd(row.GetInt64(3), RecordReader.ReadHash(row, 6), Amount.Zero, IsSound: false);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException or InvalidCastException)
        {
            // A damaged row: the next record will not be seen to continue it, and the examination looks closer.
            return null;
        }
    }

    /// <summary>The month's edge as stored; an empty one, to begin with, where nothing is counted yet; null when the stored
    /// one is not to be trusted.</summary>
    private MonthEdge? ReadMonth(NpgsqlDataReader row, SealedCustomer customer)
    {
        var month = row.GetInt32(7);
        if (row.IsDBNull(9)) return new MonthEdge(month, row.GetInt64(8), new TreeFrontier());
        var firstSeq = row.GetInt64(9);
        return macs.TryOpen(
            customer.LedgerNo, customer.CustomerNo, month, firstSeq, row.GetFieldValue<byte[]>(10), row.GetFieldValue<byte[]>(11), out var frontier)
            ? new MonthEdge(month, firstSeq, frontier)
            : null;
    }

    private static int MonthOf(long acceptedAtPostgres)
    {
        // A time that no record can have finds no month, and its row no believer.
        return PostgresTime.IsOfRecord(acceptedAtPostgres) ? CustomerMonth.Of(PostgresTime.ToTimestamp(acceptedAtPostgres)) : -1;
    }

    private static NpgsqlParameter Numbers(int[] values) => new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer };

    private static long Key(int ledgerNo, int customerNo) => ((long)ledgerNo << 32) | unchecked((uint)customerNo);
}
