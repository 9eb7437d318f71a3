using Npgsql;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>The marks of this installation's logs, wherever its options put them.</summary>
public sealed class Marks(SealingOptions options) : IAsyncDisposable
{
    private readonly NpgsqlDataSource? _database = options.MarkConnectionString is { } other ? NpgsqlDataSource.Create(other) : null;

    public IMark For(string environment) =>
        _database is not null ? new DatabaseMark(_database, environment)
        : options.MarkFolder is { } folder ? new FileMark(Path.Combine(folder, $"log-{environment}.mark"))
        : throw new InvalidOperationException("Sealing needs a folder or a database for its mark.");

    public async ValueTask DisposeAsync()
    {
        if (_database is not null) await _database.DisposeAsync();
    }
}
