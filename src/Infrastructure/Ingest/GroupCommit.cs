using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sharing;

using NewKeys = System.Collections.Generic.SortedDictionary<(short Route, string Key), (PacSpace.Evidence.Hash Body, PacSpace.Infrastructure.Ingest.StoredAnswer Answer)>;
using StoredKeys = System.Collections.Generic.Dictionary<(short Route, string Key), (PacSpace.Evidence.Hash Body, PacSpace.Infrastructure.Ingest.StoredAnswer Answer)>;

namespace PacSpace.Infrastructure.Ingest;

/// <summary>One transaction of the writer: everything that queued up while the one before was in flight.</summary>
/// <remarks>
/// <para>Under the lock, whatever the number of records: (1) begin, lock the ledger row, look up the keys; (2) tails of customers
/// this node does not know, and earlier items named again by a group, when there are any; (3) one COPY; (4) new customers
/// with their links and keys when there are any, the ledger row, commit. Accepting N records costs one commit and one COPY.</para>
/// <para>In brief, for a few single deltas of customers whose tails are known: (1) the keys, when there are any; (2) one statement
/// that moves the ledger row if it is still at the version the tails belong to, and appends the rows if it was moved. It is its
/// own transaction. If the row was not moved, another hand was here, and the group is decided again under the lock.</para>
/// </remarks>
internal sealed class GroupCommit(LedgerRef ledger, RecordIds ids, TimeProvider clock)
{
    private const string LockLedger =
        "SELECT h.next_index, h.next_customer_no, h.version, h.accepted_floor, coalesce(s.do_not_write, false) " +
        "FROM ledger_heads h LEFT JOIN log_state s ON s.environment = $2 WHERE h.ledger_no = $1 FOR UPDATE OF h";

    private const string FindKeys =
        "SELECT k.route, k.key, k.body_hash, k.status, k.answer FROM unnest($3::smallint[], $4::text[]) c(route, key) " +
        "CROSS JOIN LATERAL (SELECT * FROM idempotency_keys i WHERE i.tenant_id = $1 AND i.environment = $2 " +
        "AND i.route = c.route AND i.key = c.key OFFSET 0) k";

    private const string FindTails =
        "SELECT c.customer_id, c.customer_no, c.unit, r.ledger_index IS NOT NULL, " + RecordReader.Columns +
        " FROM customers c LEFT JOIN LATERAL (SELECT * FROM records t WHERE t.ledger_no = c.ledger_no AND t.customer_no = c.customer_no " +
        "ORDER BY t.seq DESC LIMIT 1) r ON true WHERE c.ledger_no = $1 AND c.customer_id = ANY($2)";

    private const string LockTenant = "SELECT 1 FROM tenants WHERE tenant_id = $1 FOR NO KEY UPDATE";

    private const string CountForLife =
        "SELECT coalesce(sum(h.next_index), 0)::bigint FROM ledger_heads h JOIN ledgers l USING (ledger_no) WHERE l.tenant_id = $1 AND l.environment = $2";

    private const string FindEarlier =
        "SELECT k.item, " + RecordReader.Columns + " FROM unnest($2::int[], $3::int[], $4::text[]) k(item, customer_no, reference_id) " +
        "JOIN records r ON r.ledger_no = $1 AND r.customer_no = k.customer_no " +
        "AND hashtextextended(r.reference_id, 0) = hashtextextended(k.reference_id, 0) AND r.reference_id IS NOT NULL " +
        "AND r.reference_id = k.reference_id AND r.delta_index IS NOT NULL ORDER BY r.ledger_index DESC";

    private const string InsertCustomers =
        "INSERT INTO customers (ledger_no, customer_no, customer_id, unit, source, created_at, domain_id) " +
        "SELECT $1, n, id, u, 'records', $5, (SELECT domain_id FROM vendor_accounts WHERE vendor_account_id = $6) " +
        "FROM unnest($2::int[], $3::text[], $4::text[]) k(n, id, u)";

    private const string InsertKeys =
        "INSERT INTO idempotency_keys (tenant_id, environment, route, key, body_hash, status, answer, created_at) " +
        "SELECT $1, $2, r, k, b, s, a, $8 FROM unnest($3::smallint[], $4::text[], $5::bytea[], $6::smallint[], $7::bytea[]) t(r, k, b, s, a)";

    private const string MoveLedger =
        "UPDATE ledger_heads SET next_index = $2, next_customer_no = $3, version = $4, accepted_floor = $5 WHERE ledger_no = $1";

    /// <summary>Records up to which one statement of arrays costs less than the round trips of a COPY.</summary>
    private const int MaxInBrief = 512;

    // The floor is compared besides the version, since it decides whether the instant given to the rows may stand.
    private const string MoveIfUnmoved =
        "WITH moved AS (UPDATE ledger_heads SET next_index = $2, version = $4, accepted_floor = $5 " +
        "WHERE ledger_no = $1 AND version = $3 AND accepted_floor <= $5 " +
        "AND NOT EXISTS (SELECT 1 FROM log_state WHERE environment = $6 AND do_not_write) RETURNING 1)";

    private const string AppendIfMoved =
        " INSERT INTO records (ledger_no, accepted_at, ledger_index, " + RecordColumns.Names + ") " +
        "SELECT $1, $5, $7 + n - 1, " + RecordColumns.Names + " FROM moved, " +
        "unnest($8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) WITH ORDINALITY k(" + RecordColumns.Names + ", n)";

    private const string ClaimIfMoved =
        ", claimed AS (INSERT INTO idempotency_keys (tenant_id, environment, route, key, body_hash, status, answer, created_at) " +
        "SELECT $21, $6, r, k, b, s, a, $22 FROM moved, unnest($23, $24, $25, $26, $27) t(r, k, b, s, a))";

    private readonly CustomerTails _tails = new();
    private readonly RecordCopyBuffer _rows = new();
    private readonly RecordColumns _columns = new();
    private readonly DrawnAhead _drawn = new(ledger.LedgerNo, ids);

    // The ledger row as it is at the version of the tails.
    private (long NextIndex, Timestamp Floor) _left;

    /// <summary>Records that the last commit accepted.</summary>
    public long AcceptedCount { get; private set; }

    /// <summary>After a failed or unknown commit.</summary>
    public void Forget() => _tails.Forget();

    /// <summary>Commits the group and gives each submission its outcome, in order.</summary>
    /// <exception cref="WriterUnavailableException">The environment's log is set to "do not write".</exception>
    /// <exception cref="PostgresException">23505 on <c>idempotency_keys_pkey</c>: another ledger's writer stored one of the
    /// keys in between; the same group may be committed again and will find it.</exception>
    public async Task<SubmissionOrFault[]> CommitAsync(NpgsqlConnection connection, IReadOnlyList<Submission> group, CancellationToken ct) =>
        await TryCommitInBriefAsync(connection, group, ct) ?? await CommitUnderLockAsync(connection, group, ct);

    /// <summary>Null when the group has to be decided under the lock; then nothing was written.</summary>
    private async Task<SubmissionOrFault[]?> TryCommitInBriefAsync(NpgsqlConnection connection, IReadOnlyList<Submission> group, CancellationToken ct)
    {
        if (_tails.Version is not { } version || group.Count > MaxInBrief || !group.All(IsKnownSingle)) return null;
        var storedKeys = await FindKeysAsync(connection, group, ct);
        var acceptedAt = Later(Timestamp.FromDateTimeOffset(clock.GetUtcNow()), _left.Floor);
        _columns.Begin();
        var assignment = new GroupAssignment(ledger, ids, _drawn, _tails, _columns, _left.NextIndex, acceptedAt);
        var (outcomes, newKeys) = DecideAll(group, null, storedKeys, assignment);
        if (_columns.RowCount == 0) return null;

        // Crash window 1: nothing but keys looked up.
        var next = NewVersion();
        await using var append = new NpgsqlCommand(MoveIfUnmoved + (newKeys.Count > 0 ? ClaimIfMoved : "") + AppendIfMoved, connection);
        append.Parameters.AddRange(Parameters(
            ledger.LedgerNo, assignment.NextIndex, version, next, acceptedAt.ToDateTimeOffset().UtcDateTime, ledger.Environment, _left.NextIndex));
        _columns.AddTo(append.Parameters);
        if (newKeys.Count > 0) append.Parameters.AddRange(Parameters([ledger.TenantId, clock.GetUtcNow().UtcDateTime, .. KeyArrays(newKeys)]));
        if (await append.ExecuteNonQueryAsync(ct) == 0)
        {
            // Another hand moved the ledger row; the tails that this attempt moved are as wrong as those it began with.
            _tails.Forget();
            return null;
        }

        // Crash windows 2 and 3 of the longer way lie inside that one statement and right here.
        AcceptedCount = assignment.NextIndex - _left.NextIndex;
        _left = (assignment.NextIndex, acceptedAt);
        _tails.Committed(next);
        return outcomes;
    }

    private bool IsKnownSingle(Submission submission) =>
        submission is { IsGroup: false, Items: [{ } item], Limits: null or { RecordsForLife: null } } && _tails.Contains(item.CustomerId);

    private async Task<SubmissionOrFault[]> CommitUnderLockAsync(NpgsqlConnection connection, IReadOnlyList<Submission> group, CancellationToken ct)
    {
        var head = await LockAsync(connection, group, ct);

        // Crash window 1: nothing but a lock, which ends with the connection.
        _tails.TrustOnly(head.Version);
        _left = (head.NextIndex, head.AcceptedFloor);
        var nextCustomerNo = await LoadTailsAsync(connection, group, head.NextCustomerNo, ct);
        var earlier = await FindEarlierAsync(connection, group, ct);

        var acceptedAt = Later(Timestamp.FromDateTimeOffset(clock.GetUtcNow()), head.AcceptedFloor);
        _rows.Begin();
        var assignment = new GroupAssignment(ledger, ids, _drawn, _tails, _rows, head.NextIndex, acceptedAt);
        if (RecordsForLife(group) is { } allotment) assignment.Remaining = allotment - await CountForLifeAsync(connection, ct);
        var (outcomes, newKeys) = DecideAll(group, earlier, head.Keys, assignment);
        AcceptedCount = assignment.NextIndex - head.NextIndex;
        if (_rows.RowCount == 0 && newKeys.Count == 0)
        {
            _tails.TakeNew();
            await ExecuteAsync(connection, "ROLLBACK", ct);
            return outcomes;
        }

        await CopyRowsAsync(connection, ct);

        // Crash window 2: rows are in the transaction and in nobody's answer; the database drops them.
        var version = NewVersion();
        await FinishAsync(connection, assignment.NextIndex, nextCustomerNo, version, acceptedAt, newKeys, ct);

        // Crash window 3: durable, nobody was told. A retry with its idempotency key is told the same again; the sealer
        // finds the records by the ledger row and needs nothing from this process.
        _left = (assignment.NextIndex, acceptedAt);
        _tails.Committed(version);
        return outcomes;
    }

    private static long? RecordsForLife(IReadOnlyList<Submission> group)
    {
        foreach (var submission in group) if (submission.Limits?.RecordsForLife is { } allotment) return allotment;
        return null;
    }

    /// <summary>Records of the tenant in this environment. The tenant's row is held until the commit, always after the ledger's, so
    /// that its other ledgers take from the same allotment one after the other.</summary>
    private async Task<long> CountForLifeAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Command(LockTenant, ledger.TenantId));
        batch.BatchCommands.Add(Command(CountForLife, ledger.TenantId, ledger.Environment));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        return reader.GetInt64(0);
    }

    private static long NewVersion() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));

    private (SubmissionOrFault[] Outcomes, NewKeys Keys) DecideAll(
        IReadOnlyList<Submission> group, Dictionary<int, Dictionary<int, ItemAccepted>>? earlier, StoredKeys stored, GroupAssignment assignment)
    {
        var outcomes = new SubmissionOrFault[group.Count];
        var newKeys = new NewKeys(KeyOrder);
        for (var i = 0; i < group.Count; i++) outcomes[i] = Decide(group[i], earlier?.GetValueOrDefault(i), stored, newKeys, assignment);
        return (outcomes, newKeys);
    }

    private SubmissionOrFault Decide(
        Submission submission, IReadOnlyDictionary<int, ItemAccepted>? earlier, StoredKeys storedKeys, NewKeys newKeys,
        GroupAssignment assignment)
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
        var claims = Claims(group);
        if (claims.Length > 0) batch.BatchCommands.Add(FindKeysOf(claims));

        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) throw new InvalidOperationException($"Ledger {ledger.LedgerNo} has no head.");
        if (reader.GetBoolean(4))
            throw new WriterUnavailableException($"The log of {ledger.Environment} is set to do not write; see /readyz.");

        var keys = new StoredKeys();
        var head = new Head(reader.GetInt64(0), reader.GetInt32(1), reader.GetInt64(2), RecordReader.ReadTimestamp(reader, 3), keys);
        if (claims.Length > 0)
        {
            await reader.NextResultAsync(ct);
            await ReadKeysAsync(reader, keys, ct);
        }

        return head;
    }

    private async Task<StoredKeys> FindKeysAsync(NpgsqlConnection connection, IReadOnlyList<Submission> group, CancellationToken ct)
    {
        var keys = new StoredKeys();
        var claims = Claims(group);
        if (claims.Length == 0) return keys;
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(FindKeysOf(claims));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await ReadKeysAsync(reader, keys, ct);
        return keys;
    }

    private static IdempotencyClaim[] Claims(IReadOnlyList<Submission> group) => [.. group.Where(s => s.Claim is not null).Select(s => s.Claim!)];

    private NpgsqlBatchCommand FindKeysOf(IdempotencyClaim[] claims) => Command(
        FindKeys, ledger.TenantId, ledger.Environment, Array.ConvertAll(claims, c => c.Route), Array.ConvertAll(claims, c => c.Key));

    private static async Task ReadKeysAsync(NpgsqlDataReader reader, StoredKeys keys, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct))
        {
            keys[(reader.GetInt16(0), reader.GetString(1))] =
                (RecordReader.ReadHash(reader, 2), new StoredAnswer(reader.GetInt16(3), reader.GetFieldValue<byte[]>(4)));
        }
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
                LastAt = last.AcceptedAt,
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
        NewKeys keys, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        var created = _tails.TakeNew();
        if (created.Count > 0)
        {
            var customerNos = created.Select(c => c.Tail.CustomerNo).ToArray();
            batch.BatchCommands.Add(Command(
                InsertCustomers, ledger.LedgerNo, customerNos, created.Select(c => c.CustomerId).ToArray(), created.Select(c => c.Tail.Unit).ToArray(),
                acceptedAt.ToDateTimeOffset().UtcDateTime, ledger.VendorAccountId ?? ""));
            batch.BatchCommands.Add(NewLinks.ForCustomers(ledger, customerNos, acceptedAt.ToDateTimeOffset()));
        }

        if (keys.Count > 0)
        {
            batch.BatchCommands.Add(Command(InsertKeys, [ledger.TenantId, ledger.Environment, .. KeyArrays(keys), clock.GetUtcNow().UtcDateTime]));
        }

        batch.BatchCommands.Add(Command(
            MoveLedger, ledger.LedgerNo, nextIndex, nextCustomerNo, version, acceptedAt.ToDateTimeOffset().UtcDateTime));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        await batch.ExecuteNonQueryAsync(ct);
    }

    private static object[] KeyArrays(NewKeys keys) =>
    [
        keys.Keys.Select(k => k.Route).ToArray(), keys.Keys.Select(k => k.Key).ToArray(), keys.Values.Select(v => v.Body.ToArray()).ToArray(),
        keys.Values.Select(v => v.Answer.Status).ToArray(), keys.Values.Select(v => v.Answer.Bytes).ToArray(),
    ];

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
        long NextIndex, int NextCustomerNo, long Version, Timestamp AcceptedFloor, StoredKeys Keys);
}

/// <summary>What a waiter gets: an outcome, or a fault that is this submission's own.</summary>
internal readonly record struct SubmissionOrFault(SubmissionOutcome? Outcome, Exception? Fault = null);
