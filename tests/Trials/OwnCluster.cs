using System.Globalization;
using Npgsql;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Trials.Tests;

/// <summary>A PostgreSQL that the trial looks after as an operator would: nodes reach it by TCP, each under a name of its own.</summary>
internal sealed class OwnCluster : IAsyncDisposable
{
    private const string Password = "trial";
    private readonly EmbeddedPostgresOptions _options;
    private EmbeddedPostgres? _postgres;

    private OwnCluster(string folder) => _options = new EmbeddedPostgresOptions { DataDirectory = folder, LoopbackPort = Node.FreePort() };

    public string Folder => _options.DataDirectory;

    public int PostmasterId => _postgres!.PostmasterId;

    public static async Task<OwnCluster> StartAsync(string folder, params string[] nodes)
    {
        var cluster = new OwnCluster(folder);
        await cluster.StartAsync();
        await using var connection = new NpgsqlConnection(cluster._postgres!.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        foreach (var node in nodes.Append("trial"))
        {
            await using var create = new NpgsqlCommand($"CREATE ROLE {node} SUPERUSER LOGIN PASSWORD '{Password}'", connection);
            await create.ExecuteNonQueryAsync();
        }

        return cluster;
    }

    public async Task StartAsync() => _postgres = await EmbeddedPostgres.StartAsync(_options);

    public async Task StopAsync() => await _postgres!.DisposeAsync();

    /// <param name="node">Null: the trial itself.</param>
    public string ConnectionOf(string? node) => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_options.LoopbackPort};Username={node ?? "trial"};Password={Password};Database=pacspace");

    /// <summary>Every process of the cluster, the server first.</summary>
    public IReadOnlyList<int> Processes()
    {
        var parents = from folder in Directory.EnumerateDirectories("/proc")
                      let id = Path.GetFileName(folder)
                      where id.All(char.IsAsciiDigit)
                      select (Id: int.Parse(id, CultureInfo.InvariantCulture), Parent: ParentOf(folder));
        return [PostmasterId, .. parents.Where(process => process.Parent == PostmasterId).Select(process => process.Id)];
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null) await _postgres.DisposeAsync();
    }

    private static int ParentOf(string process)
    {
        try
        {
            // proc(5): id, name in brackets, state, parent.
            var text = File.ReadAllText(Path.Combine(process, "stat"));
            return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
