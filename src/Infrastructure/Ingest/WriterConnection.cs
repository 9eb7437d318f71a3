using Npgsql;

namespace PacSpace.Infrastructure.Ingest;

/// <summary>A writer's connection, kept from commit to commit while they follow each other.</summary>
/// <remarks>A pool hands its connections out in turn, so every commit would be done by another server process, each with plans,
/// catalogue and pages of its own to come by: kept, a small group costs PostgreSQL a third less. What is kept is bounded over all writers,
/// since it is taken from the reads; past the bound a writer gives its connection back after every commit.</remarks>
/// <param name="places">One is held while a connection is kept.</param>
internal sealed class WriterConnection(NpgsqlDataSource database, SemaphoreSlim places)
{
    /// <summary>Connections that all writers of a node keep at the most.</summary>
    public const int MaxKept = 16;

    private NpgsqlConnection? _open;
    private bool _hasPlace;

    public bool IsKept => _open is not null;

    public async ValueTask<NpgsqlConnection> OpenAsync() => _open ??= await database.OpenConnectionAsync();

    /// <summary>After a commit: stays open if there is a place for it.</summary>
    public ValueTask KeepAsync()
    {
        _hasPlace = _hasPlace || places.Wait(0);
        return _hasPlace ? ValueTask.CompletedTask : CloseAsync();
    }

    /// <summary>Gives it back. What a fault left open of a transaction ends here too: the pool rolls it back before anybody else gets
    /// the connection.</summary>
    public async ValueTask CloseAsync()
    {
        if (_open is { } connection) await connection.DisposeAsync();
        _open = null;
        if (_hasPlace) places.Release();
        _hasPlace = false;
    }
}
