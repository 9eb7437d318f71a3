using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Ingest;

/// <summary>One transaction of the writer: everything that queued up while the one before was in flight.</summary>
/// <remarks>
/// Statements, whatever the number of records: (1) begin, lock the ledger row, look up the keys; (2) tails of customers
/// this node does not know, and earlier items named again by a group, when there are any; (3) one COPY; (4) new customers
/// and keys when there are any, the ledger row, commit. Accepting N records costs one commit and one COPY.
/// </remarks>
internal sealed class GroupCommit(LedgerRef ledger, RecordIds ids, TimeProvider clock)
{
    private const string LockLedger =
        "SELECT h.next_index, h.next_customer_no, h.version, h.accepted_floor, coalesce(s.do_not_write, false) " +
        "FROM ledger_heads h LEFT JOIN log_state s ON s.environment = $2 WHERE h.ledger_no = $1 FOR UPDATE OF h";

    private const string FindKeys =
        "SELECT route, key, body_hash, status, answer FROM idempotency_keys WHERE tenant_id = $1 AND environment = $2 " +
        "AND (route, key) IN (SELECT * FROM unnest($3::smallint[], $4::text[]))";

    private const string FindTails =
        "SELECT c.customer_id, c.customer_no, c.unit, r.ledger_index IS NOT NULL, " + RecordReader.Columns +
        " FROM customers c LEFT JOIN LATERAL (SELECT * FROM records t WHERE t.ledger_no = c.ledger_no AND t.customer_no = c.customer_no " +
        "ORDER BY t.seq DESC LIMIT 1) r ON true WHERE c.ledger_no = $1 AND c.customer_id = ANY($2)";

    private const string FindEarlier =
        "SELECT k.item, " + RecordReader.Columns + " FROM unnest($2::int[], $3::int[], $4::text[]) k(item, customer_no, reference_id) " +
        "JOIN records r ON r.ledger_no = $1 AND r.customer_no = k.customer_no " +
        "AND hashtextextended(r.reference_id, 0) = hashtextextended(k.reference_id, 0) AND r.reference_id IS NOT NULL " +
        "AND r.reference_id = k.reference_id AND r.delta_index IS NOT NULL ORDER BY r.ledger_index DESC";

    private const string InsertCustomers =
        "INSERT INTO customers (ledger_no, customer_no, customer_id, unit, source, created_at) " +
        "SELECT $1, n, id, u, 'records', $5 FROM unnest($2::int[], $3::text[], $4::text[]) k(n, id, u)";

    private const string InsertKeys =
        "INSERT INTO idempotency_keys (tenant_id, environment, route, key, body_hash, status, answer, created_at) " +
        "SELECT $1, $2, r, k, b, s, a, $8 FROM unnest($3::smallint[], $4::text[], $5::bytea[], $6::smallint[], $7::bytea[]) t(r, k, b, s, a)";

    private const string MoveLedger =
        "UPDATE ledger_heads SET next_index = $2, next_customer_no = $3, version = $4, accepted_floor = $5 WHERE ledger_no = $1";

    private readonly CustomerTails _tails = new();
    private readonly RecordCopyBuffer _rows = new();

    /// <summary>After a failed or unknown commit.</summary>
    public void Forget() => _tails.Forget();

    /// <summary>Commits the group and gives each submission its outcome, in order.</summary>
    /// <exception cref="WriterUnavailableException">The environment's log is set to "do not write".</exception>
    /// <exception cref="PostgresException">23505 on <c>idempotency_keys_pkey</c>: another ledger's writer stored one of the
    /// keys in between; the same group may be committed again and will find it.</exception>
    public async Task<SubmissionOrFault[]> CommitAsync(NpgsqlConnection connection, IReadOnlyList<Submission> group, CancellationToken ct)
    {
        var head = await LockAsync(connection, group, ct);

        // Crash window 1: nothing but a lock, which ends with the connection.
        _tails.TrustOnly(head.Version);
        var nextCustomerNo = await LoadTailsAsync(connection, group, head.NextCustomerNo, ct);
        var earlier = await FindEarlierAsync(connection, group, ct);

        var acceptedAt = Later(Timestamp.FromDateTimeOffset(clock.GetUtcNow()), head.AcceptedFloor);
        _rows.Begin();
        var assignment = new GroupAssignment(ledger, ids, _tails, _rows, head.NextIndex, acceptedAt);
        var outcomes = new SubmissionOrFault[group.Count];
        var newKeys = new SortedDictionary<(short Route, string Key), (Hash Body, StoredAnswer Answer)>(KeyOrder);
        for (var i = 0; i < group.Count; i++)
        {
            outcomes[i] = Decide(group[i], earlier.GetValueOrDefault(i), head.Keys, newKeys, assignment);
        }

        if (_rows.RowCount == 0 && newKeys.Count == 0)
        {
            _tails.TakeNew();
            await ExecuteAsync(connection, "ROLLBACK", ct);
            return outcomes;
        }

        await CopyRowsAsync(connection, ct);

        // Crash window 2: rows are in the transaction and in nobody's answer; the database drops them.
        var version = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
        await FinishAsync(connection, assignment.NextIndex, nextCustomerNo, version, acceptedAt, newKeys, ct);

        // Crash window 3: durable, nobody was told. A retry with its idempotency key is told the same again; the sealer
        // finds the records by the ledger row and needs nothing from this process.
        _tails.Committed(version);
        return outcomes;
    }

    private SubmissionOrFault Decide(
        Submission submission, IReadOnlyDictionary<int, ItemAccepted>? earlier,
        Dictionary<(short, string), (Hash Body, StoredAnswer Answer)> storedKeys,
        SortedDictionary<(short, string), (Hash Body, StoredAnswer Answer)> newKeys, GroupAssignment assignment)
    {
        if (submission.Claim is not { } claim) return Place(submission, earlier, assignment);

        var scope = (claim.Route, claim.Key);
        if (storedKeys.TryGetValue(scope, out var known) || newKeys.TryGetValue(scope, out known))
            return new(known.Body == claim.BodyHash ? new SubmissionReplayed(known.Answer) : new SubmissionKeyReused());

        var placed = Place(submission, earlier, assignment);
        if (placed.Outcome is SubmissionAccepted { Root: not null } accepted && claim.Answer(ledger, accepted) is { } answer)
            newKeys[scope] = (claim.BodyHash, answer);
        return placed;
    }

    private static SubmissionOrFault Place(Submission submission, IReadOnlyDictionary<int, ItemAccepted>? earlier, GroupAssignment assignment)
    {
        try
        {
            return new(assignment.Place(submission, earlier));
        }
        catch (WriterUnavailableException damaged)
        {
            return new(null, damaged);
        }
    }

    private async Task<Head> LockAsync(NpgsqlConnection connection, IReadOnlyList<Submission> group, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN"));
        batch.BatchCommands.Add(Command(LockLedger, ledger.LedgerNo, ledger.Environment));
        var claims = group.Where(s => s.Claim is not null).Select(s => s.Claim!).ToArray();
        if (claims.Length > 0)
        {
            batch.BatchCommands.Add(Command(
                FindKeys, ledger.TenantId, ledger.Environment, Array.ConvertAll(claims, c => c.Route), Array.ConvertAll(claims, c => c.Key)));
        }

        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) throw new InvalidOperationException($"Ledger {ledger.LedgerNo} has no head.");
        if (reader.GetBoolean(4))
            throw new WriterUnavailableException($"The log of {ledger.Environment} is set to do not write; see /readyz.");

        var keys = new Dictionary<(short, string), (Hash, StoredAnswer)>();
        var head = new Head(reader.GetInt64(0), reader.GetInt32(1), reader.GetInt64(2), RecordReader.ReadTimestamp(reader, 3), keys);
        if (claims.Length > 0)
        {
            await reader.NextResultAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                keys[(reader.GetInt16(0), reader.GetString(1))] =
                    (RecordReader.ReadHash(reader, 2), new StoredAnswer(reader.GetInt16(3), reader.GetFieldValue<byte[]>(4)));
            }
        }

        return head;
    }

    /// <summary>Loads, re-hashes or begins the tails that the group needs and this node does not know.</summary>
    private async Task<int> LoadTailsAsync(NpgsqlConnection connection, IReadOnlyList<Submission> group, int nextCustomerNo, CancellationToken ct)
    {
        HashSet<string>? unknown = null;
        foreach (var submission in group)
        {
            foreach (var item in submission.Items)
            {
                if (item is not null && !_tails.Contains(item.CustomerId)) (unknown ??= new(StringComparer.Ordinal)).Add(item.CustomerId);
            }
        }

        if (unknown is null) return nextCustomerNo;

        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Command(FindTails, ledger.LedgerNo, unknown.ToArray()));
        batch.BatchCommands.Add(Command("SELECT default_unit FROM tenants WHERE tenant_id = $1", ledger.TenantId));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var customerId = reader.GetString(0);
            _tails[customerId] = ReadTail(reader, customerId);
            unknown.Remove(customerId);
        }

        if (unknown.Count == 0) return nextCustomerNo;
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        var defaultUnit = reader.IsDBNull(0) ? null : reader.GetString(0);
        foreach (var customerId in unknown)
            _tails.Begin(customerId, new CustomerTail { CustomerNo = nextCustomerNo++, Unit = defaultUnit, IsNew = true });
        return nextCustomerNo;
    }

    private CustomerTail ReadTail(NpgsqlDataReader reader, string customerId)
    {
        var customerNo = reader.GetInt32(1);
        var unit = reader.IsDBNull(2) ? null : reader.GetString(2);
        if (!reader.GetBoolean(3)) return new CustomerTail { CustomerNo = customerNo, Unit = unit };
        try
        {
            var last = RecordReader.Read(reader, 4);
            return new CustomerTail
            {
                CustomerNo = customerNo,
                Unit = unit,
                Seq = last.Seq,
                Leaf = last.Leaf,
                Balance = last.BalanceAfter,
                IsDamaged = !last.ReproducesLeaf(ledger.LedgerId, customerId, ids),
            };
        }
        catch (StoredRecordException)
        {
            return new CustomerTail { CustomerNo = customerNo, Unit = unit, IsDamaged = true };
        }
    }

    /// <summary>Items of groups whose <c>referenceId</c> this customer used before through the same route, by submission and position.</summary>
    private async Task<Dictionary<int, Dictionary<int, ItemAccepted>>> FindEarlierAsync(
        NpgsqlConnection connection, IReadOnlyList<Submission> group, CancellationToken ct)
    {
        var found = new Dictionary<int, Dictionary<int, ItemAccepted>>();
        List<(int Submission, int Item)>? places = null;
        List<int> customers = [];
        List<string> references = [];
        for (var s = 0; s < group.Count; s++)
        {
            if (!group[s].IsGroup) continue;
            for (var i = 0; i < group[s].Items.Count; i++)
            {
                if (group[s].Items[i] is not { ReferenceId: { } reference } item || _tails[item.CustomerId].IsNew) continue;
                (places ??= []).Add((s, i));
                customers.Add(_tails[item.CustomerId].CustomerNo);
                references.Add(reference);
            }
        }

        if (places is null) return found;
        await using var command = new NpgsqlCommand(FindEarlier, connection);
        command.Parameters.AddRange(Parameters(ledger.LedgerNo, Enumerable.Range(0, places.Count).ToArray(), customers.ToArray(), references.ToArray()));
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var (submission, position) = places[reader.GetInt32(0)];
            var row = RecordReader.Read(reader, 1);
            var item = group[submission].Items[position]!;
            var metadata = row.Metadata is null ? default : Encoding.UTF8.GetBytes(row.Metadata).AsSpan();
            if (!ReplayRule.IsSame(item, item.CustomerId, row.Delta, row.Reason, metadata)) continue;
            if (!found.TryGetValue(submission, out var items)) found[submission] = items = [];
            items.TryAdd(position, new ItemAccepted(
                row.LedgerIndex, ids.Encode(row.LedgerNo, row.LedgerIndex), row.CustomerNo, row.Seq, row.Prev, row.Leaf, row.Root,
                row.BalanceAfter, row.AcceptedAt, null, null, IsReplay: true));
        }

        return found;
    }

    private async Task CopyRowsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        if (_rows.RowCount == 0) return;
        await using var copy = await connection.BeginRawBinaryCopyAsync(RecordCopyBuffer.Command, ct);
        await copy.WriteAsync(_rows.End(), ct);
    }

    private async Task FinishAsync(
        NpgsqlConnection connection, long nextIndex, int nextCustomerNo, long version, Timestamp acceptedAt,
        SortedDictionary<(short Route, string Key), (Hash Body, StoredAnswer Answer)> keys, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        var created = _tails.TakeNew();
        if (created.Count > 0)
        {
            batch.BatchCommands.Add(Command(
                InsertCustomers, ledger.LedgerNo, created.Select(c => c.Tail.CustomerNo).ToArray(),
                created.Select(c => c.CustomerId).ToArray(), created.Select(c => c.Tail.Unit).ToArray(), acceptedAt.ToDateTimeOffset().UtcDateTime));
        }

        if (keys.Count > 0)
        {
            batch.BatchCommands.Add(Command(
                InsertKeys, ledger.TenantId, ledger.Environment,
                keys.Keys.Select(k => k.Route).ToArray(), keys.Keys.Select(k => k.Key).ToArray(),
                keys.Values.Select(v => v.Body.ToArray()).ToArray(), keys.Values.Select(v => v.Answer.Status).ToArray(),
                keys.Values.Select(v => v.Answer.Bytes).ToArray(), clock.GetUtcNow().UtcDateTime));
        }

        batch.BatchCommands.Add(Command(
            MoveLedger, ledger.LedgerNo, nextIndex, nextCustomerNo, version, acceptedAt.ToDateTimeOffset().UtcDateTime));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        await batch.ExecuteNonQueryAsync(ct);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static NpgsqlBatchCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(Parameters(values));
        return command;
    }

    private static NpgsqlParameter[] Parameters(params object[] values) => Array.ConvertAll(values, value => new NpgsqlParameter
    {
        Value = value,
        NpgsqlDbType = value switch
        {
            DateTime => NpgsqlDbType.TimestampTz,
            string => NpgsqlDbType.Text,
            int => NpgsqlDbType.Integer,
            long => NpgsqlDbType.Bigint,
            short[] => NpgsqlDbType.Array | NpgsqlDbType.Smallint,
            int[] => NpgsqlDbType.Array | NpgsqlDbType.Integer,
            byte[][] => NpgsqlDbType.Array | NpgsqlDbType.Bytea,
            string?[] => NpgsqlDbType.Array | NpgsqlDbType.Text,
            _ => throw new InvalidOperationException($"No database type is known for {value.GetType().Name}."),
        },
    });

    private static Timestamp Later(Timestamp a, Timestamp b) => a < b ? b : a;

    // Key order is the database's byte order, so that two writers which store the same keys never wait for each other in a ring.
    private static readonly Comparer<(short Route, string Key)> KeyOrder = Comparer<(short Route, string Key)>.Create((a, b) =>
        a.Route != b.Route ? a.Route.CompareTo(b.Route) : string.CompareOrdinal(a.Key, b.Key));

    private sealed record Head(
        long NextIndex, int NextCustomerNo, long Version, Timestamp AcceptedFloor,
        Dictionary<(short, string), (Hash Body, StoredAnswer Answer)> Keys);
}

/// <summary>What a waiter gets: an outcome, or a fault that is this submission's own.</summary>
internal readonly record struct SubmissionOrFault(SubmissionOutcome? Outcome, Exception? Fault = null);
