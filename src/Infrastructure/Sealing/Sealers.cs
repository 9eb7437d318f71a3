using Microsoft.Extensions.Logging;
using Npgsql;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Secrets;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>Where the log's name comes from and where its mark lies.</summary>
public sealed class SealingOptions
{
    /// <summary>Host (and port) under which the log is published; the first part of the origin of a log that does not exist yet.</summary>
    public required string LogHost { get; init; }

    /// <summary>Folder of the marks as files, beside the keys; on a volume that all nodes share.</summary>
    public string? MarkFolder { get; init; }

    /// <summary>Instead of a folder: another PostgreSQL, which shares neither storage nor backups nor failover with the log's.</summary>
    public string? MarkConnectionString { get; init; }
}

/// <summary>This node's sealers, one an environment.</summary>
public sealed class Sealers : IAsyncDisposable
{
    public static readonly IReadOnlyList<string> Environments = ["production", "sandbox"];

    private readonly Dictionary<string, Sealer> _sealers;
    private readonly NpgsqlDataSource? _markDatabase;

    public Sealers(
        NpgsqlDataSource database, RecordIds ids, SecretStore secrets, SealWatch watch, SealHealth health, Rollups rollups, FrontierMac macs,
        WebhookBell webhooks, SealingOptions options, TimeProvider clock, ILogger<Sealers> logger)
    {
        if (options.MarkConnectionString is { } other) _markDatabase = NpgsqlDataSource.Create(other);
        var services = new SealerServices(database, ids, macs, watch, health, rollups, webhooks, clock, logger, environment => $"{options.LogHost}/log/{environment}");
        _sealers = Environments.ToDictionary(e => e, e => new Sealer(e, services, OpenMark(options, e), [secrets.OpenSigner(e)]));
    }

    public Sealer For(string environment) => _sealers[environment];

    public async ValueTask DisposeAsync()
    {
        foreach (var sealer in _sealers.Values) await sealer.DisposeAsync();
        if (_markDatabase is not null) await _markDatabase.DisposeAsync();
    }

    private IMark OpenMark(SealingOptions options, string environment) =>
        _markDatabase is not null ? new DatabaseMark(_markDatabase, environment)
        : options.MarkFolder is { } folder ? new FileMark(Path.Combine(folder, $"log-{environment}.mark"))
        : throw new ArgumentException("Sealing needs a folder or a database for its mark.", nameof(options));
}
