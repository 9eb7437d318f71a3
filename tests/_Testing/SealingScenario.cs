using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Sealing;
using PacSpace.Infrastructure.Secrets;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Testing;

/// <summary>Secrets, a mark and nodes that seal a test database. Nodes share what nodes share: database, keys, mark.</summary>
public sealed class SealingScenario : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<IAsyncDisposable> _nodes = [];
    private readonly NpgsqlDataSource _database;

    public SealingScenario(NpgsqlDataSource database, string environment = "production")
    {
        (_database, Environment) = (database, environment);
        Secrets = SecretStore.Open(_folder.Combine("keys"));
        FrontierMac = new FrontierMac(Secrets.FrontierMacKey.ToArray());
        MarkPath = Path.Combine(Secrets.Folder, $"log-{environment}.mark");
        using var signer = Secrets.OpenSigner(environment);
        VerifierKey = VerifierKey.Create(Origin, signer.PublicKey);
    }

    public string Environment { get; }

    public string Origin => $"log.test/log/{Environment}";

    public SecretStore Secrets { get; }

    public FrontierMac FrontierMac { get; }

    public VerifierKey VerifierKey { get; }

    public string MarkPath { get; }

    public IMark Mark => new FileMark(MarkPath);

    /// <summary>Another node: a sealer with a memory of its own, and what its process is told by it.</summary>
    public SealingNode Node(TimeProvider? clock = null, IMark? mark = null) => NodeOn(_database, clock, mark);

    /// <summary>A node with these keys and this mark on another database.</summary>
    public SealingNode NodeOn(NpgsqlDataSource database, TimeProvider? clock = null, IMark? mark = null)
    {
        var node = new SealingNode(database, Environment, Origin, Secrets, FrontierMac, mark ?? Mark, clock ?? TimeProvider.System);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Seals all there is.</summary>
    public async Task SealAsync(TimeProvider? clock = null)
    {
        await using var node = Node(clock);
        await node.SealAllAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        Secrets.Dispose();
        _folder.Dispose();
    }
}

/// <summary>One node's sealer.</summary>
public sealed class SealingNode : IAsyncDisposable
{
    internal SealingNode(
        NpgsqlDataSource database, string environment, string origin, SecretStore secrets, FrontierMac macs, IMark mark, TimeProvider clock)
    {
        Watch = new SealWatch(database);
        Health = new SealHealth(database, clock);
        Rollups = new Rollups(database, LedgerScenario.Ids, macs);
        var services = new SealerServices(database, LedgerScenario.Ids, macs, Watch, Health, Rollups, new WebhookBell(), clock, NullLogger.Instance, _ => origin);
        Sealer = new Sealer(environment, services, mark, [secrets.OpenSigner(environment)]);
    }

    public Sealer Sealer { get; }

    public SealWatch Watch { get; }

    public SealHealth Health { get; }

    public Rollups Rollups { get; }

    public Task<SealOutcome> TickAsync() => Sealer.TickAsync(CancellationToken.None);

    /// <summary>Ticks until there is nothing left that it may seal.</summary>
    public async Task<SealOutcome> SealAllAsync()
    {
        var outcome = await TickAsync();
        while (outcome.Result == SealResult.Sealed || outcome.HasMore) outcome = await TickAsync();
        return outcome;
    }

    public async ValueTask DisposeAsync()
    {
        await Sealer.DisposeAsync();
    }
}
