using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Testing;

/// <summary>A tenant with a ledger in a test database, and nodes that write to it.</summary>
public sealed class LedgerScenario : IAsyncDisposable
{
    private readonly List<LedgerWriters> _nodes = [];

    private LedgerScenario(NpgsqlDataSource database, LedgerRef ledger) => (Database, Ledger) = (database, ledger);

    public NpgsqlDataSource Database { get; }

    public LedgerRef Ledger { get; }

    public static RecordIds Ids { get; } = new(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());

    public static async Task<LedgerScenario> BeginAsync(NpgsqlDataSource database, string environment = "production", string? unit = null)
    {
        var tenant = RandomId.New("tnt_");
        await ExecuteAsync(database, "INSERT INTO tenants (tenant_id, name, buyer_mode, reference_key, default_unit, created_at) " +
            "VALUES ($1, 'Acme Inference', 'DIRECT_INFERENCE', sha256('reference'), $2, now())", tenant, (object?)unit ?? DBNull.Value);
        await ExecuteAsync(database, "INSERT INTO tenant_environments VALUES ($1, $2, now())", tenant, environment);
        var ledger = await new LedgerDirectory(database, TimeProvider.System).FindOrCreateAsync(tenant, environment, null, default);
        return new LedgerScenario(database, ledger);
    }

    /// <summary>Another node: it shares the database and nothing else.</summary>
    public LedgerWriters Node(TimeProvider? clock = null)
    {
        var node = new LedgerWriters(Database, Ids, new SealNotifier(), clock ?? TimeProvider.System);
        _nodes.Add(node);
        return node;
    }

    public Submission One(string customerId, decimal delta, string reason = "tokens", string? referenceId = null, IdempotencyClaim? claim = null) =>
        new(Ledger, IsGroup: false, [new NewRecord(customerId, Amount.FromDecimal(delta), reason, referenceId)], claim);

    public Submission Group(params NewRecord?[] items) => new(Ledger, IsGroup: true, items);

    /// <summary>Every record of the ledger in its order, with its customer's id.</summary>
    public async Task<List<(StoredRecord Record, string CustomerId)>> RecordsAsync()
    {
        await using var command = Database.CreateCommand(
            $"SELECT {RecordReader.Columns}, c.customer_id FROM records r JOIN customers c USING (ledger_no, customer_no) " +
            "WHERE r.ledger_no = $1 ORDER BY r.ledger_index");
        command.Parameters.Add(new() { Value = Ledger.LedgerNo });
        await using var row = await command.ExecuteReaderAsync();
        var records = new List<(StoredRecord, string)>();
        while (await row.ReadAsync()) records.Add((RecordReader.Read(row), row.GetString(RecordReader.ColumnCount)));
        return records;
    }

    public Task ExecuteAsync(string sql, params object[] values) => ExecuteAsync(Database, sql, values);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}
