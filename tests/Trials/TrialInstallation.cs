using System.Globalization;
using System.Text.Json;
using Npgsql;
using PacSpace.Infrastructure.Persistence;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Secrets;
using PacSpace.Testing;

namespace PacSpace.Trials.Tests;

/// <summary>An installation of the built programs in a folder of its own: nodes, operator's commands, and looks into the database.</summary>
internal sealed class TrialInstallation : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly Func<string?> _connection;
    private readonly List<Node> _nodes = [];

    private TrialInstallation(TemporaryFolder folder, string data, Func<string?>? connection)
    {
        (_folder, Data) = (folder, data);
        _connection = connection ?? (() => EmbeddedPostgres.ConnectionToRunning(new EmbeddedPostgresOptions { DataDirectory = Data }));
        IsEmbedded = connection is null;
        Http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2), AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };
    }

    public string Data { get; }

    public string Keys => Path.Combine(Data, "keys");

    public string Folder => _folder;

    public bool IsEmbedded { get; }

    public HttpClient Http { get; }

    public Node Node => _nodes[0];

    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>With a PostgreSQL of its own, under the server's care.</summary>
    public static async Task<TrialInstallation> EmbeddedAsync(TemporaryFolder folder, string? data = null)
    {
        var installation = new TrialInstallation(folder, data ?? folder.Combine("data"), null);
        await installation.AddNodeAsync("node");
        return installation;
    }

    /// <summary>Without nodes, on a server that the trial looks after.</summary>
    public static TrialInstallation On(OwnCluster cluster, TemporaryFolder folder) =>
        new(folder, folder.Combine("data"), () => cluster.ConnectionOf(null));

    /// <param name="connection">Of this node; null for the embedded PostgreSQL.</param>
    public async Task<Node> AddNodeAsync(string name, string? connection = null)
    {
        var node = new Node(name, Data, Environment(connection), Http);
        _nodes.Add(node);
        await node.StartAsync();
        return node;
    }

    /// <summary>A tenant's production key.</summary>
    public async Task<string> CreateKeyAsync()
    {
        var tenant = await OperateAsync("tenant", "create", "--name", "Acme Inference", "--unit", "tokens");
        var key = await OperateAsync("key", "create", "--tenant", tenant.GetProperty("tenantId").GetString()!, "--environment", "production");
        return key.GetProperty("apiKey").GetString()!;
    }

    /// <summary>What an operator's command answers to <c>--json</c>.</summary>
    public async Task<JsonElement> OperateAsync(params string[] words)
    {
        var result = await RunAsync(words);
        Assert.True(result.ExitCode == 0, $"pacspace {string.Join(' ', words)}: {result}");
        return JsonDocument.Parse(result.Output).RootElement;
    }

    public Task<ProgramResult> RunAsync(params string[] words) =>
        Programs.RunAsync(Programs.Server, [.. words, "--data", Data, "--json"], Environment(IsEmbedded ? null : _connection()));

    /// <summary>Findings of <c>pacspace audit</c>.</summary>
    public async Task<(JsonElement Report, IReadOnlyList<string> Findings)> AuditAsync()
    {
        var result = await RunAsync("audit");
        Assert.True(result.ExitCode is 0 or 1, result.ToString());
        var report = JsonDocument.Parse(result.Output).RootElement;
        string[] findings = [.. report.GetProperty("findings").EnumerateArray().Select(f => $"{f.GetProperty("code").GetString()}: {f.GetProperty("where").GetString()}: {f.GetProperty("what").GetString()}")];
        Assert.Equal(result.ExitCode == 0, findings.Length == 0);
        return (report, findings);
    }

    /// <summary>Nothing is found, and nothing waits to be sealed.</summary>
    public async Task AuditIsCleanAsync(long records)
    {
        var (report, findings) = await AuditAsync();
        Assert.True(findings.Count == 0, string.Join('\n', findings));
        var counts = report.GetProperty("counts");
        Assert.Equal((records, 0L), (counts.GetProperty("records").GetInt64(), counts.GetProperty("unsealedRecords").GetInt64()));
    }

    public Task SealedAsync() => Eventually.HoldsAsync(async () => await AskAsync<long>(
        "SELECT count(*) FROM ledger_heads h JOIN ledger_seals s USING (ledger_no) WHERE h.next_index > s.sealed_index") == 0, TimeSpan.FromMinutes(1));

    public async Task<T> AskAsync<T>(string sql, params object[] values)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Changes rows behind the program's back.</summary>
    public async Task<int> ChangeAsync(string sql, params object[] values)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Every record, in the order of its ledger.</summary>
    public async Task<List<StoredRow>> RowsAsync()
    {
        using var secrets = SecretStore.Open(Keys);
        var ids = new RecordIds(secrets.RecordIdKey);
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(
            "SELECT r.ledger_no, r.ledger_index, c.customer_id, r.seq, r.delta, r.balance_after, r.leaf, coalesce(r.reference_id, '') " +
            "FROM records r JOIN customers c USING (ledger_no, customer_no) ORDER BY r.ledger_no, r.ledger_index", connection);
        await using var row = await command.ExecuteReaderAsync();
        var rows = new List<StoredRow>();
        while (await row.ReadAsync())
        {
            rows.Add(new StoredRow(
                row.GetInt64(1), ids.Encode(row.GetInt32(0), row.GetInt64(1)), row.GetString(2), row.GetInt64(3), row.GetDecimal(4), row.GetDecimal(5),
                "0x" + Convert.ToHexStringLower(row.GetFieldValue<byte[]>(6)), row.GetString(7)));
        }

        return rows;
    }

    /// <summary>The server process of the embedded PostgreSQL when it takes connections; null while there is none.</summary>
    public int? PostmasterId()
    {
        var cluster = Path.Combine(Data, "postgres");
        try
        {
            var lines = File.ReadAllLines(Path.Combine(cluster, "postmaster.pid"));
            if (lines.Length < 8 || lines[7].Trim() != "ready") return null;

            // The file of a killed server stays, and its number may be another's by now.
            var id = int.Parse(lines[0], CultureInfo.InvariantCulture);
            return new DirectoryInfo($"/proc/{id}/cwd").LinkTarget == cluster ? id : null;
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        Http.Dispose();
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var open = await ConnectAtAllAsync();
        return open ?? throw new InvalidOperationException("PostgreSQL does not run.");
    }

    private async Task<NpgsqlConnection?> ConnectAtAllAsync()
    {
        if (_connection() is not { } text) return null;
        var connection = new NpgsqlConnection(text + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private Dictionary<string, string> Environment(string? connection)
    {
        // A first look at a root goes through the public limits, which are made for people.
        var settings = new Dictionary<string, string>
        {
            ["PacSpace__PublicUrl"] = "https://records.example.com",
            ["PacSpace__Keys"] = Keys,
            ["PacSpace__RateLimits__Public__PerSecond"] = "10000",
            ["PacSpace__RateLimits__Public__Burst"] = "10000",
            ["PacSpace__RateLimits__Log__PerSecond"] = "10000",
            ["PacSpace__RateLimits__Log__Burst"] = "10000",
            ["PacSpace__Webhooks__Allow__0"] = "127.0.0.0/8",
        };
        if (connection is not null) settings["ConnectionStrings__PacSpace"] = connection;
        return settings;
    }
}

/// <summary>A record as the database has it.</summary>
internal sealed record StoredRow(
    long LedgerIndex, string RecordId, string CustomerId, long Seq, decimal Delta, decimal BalanceAfter, string ItemHash, string ReferenceId);
