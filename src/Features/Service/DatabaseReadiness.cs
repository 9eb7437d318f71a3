using Npgsql;

namespace PacSpace.Features.Service;

internal sealed class DatabaseReadiness(NpgsqlDataSource database) : IReadinessCheck
{
    public string Name => "database";

    public async Task<bool> IsOkAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("SELECT NOT pg_is_in_recovery()");
        return await command.ExecuteScalarAsync(ct) is true;
    }
}
