using Npgsql;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>The right to seal one environment: a database session that holds a lock, and through which the sealer reads and
/// commits. Who loses the session loses the right in the same moment, and can commit nothing any more.</summary>
/// <remarks>
/// A session must end soon after its holder did, or nobody could take over. A process that died closes its socket, which the
/// server notices within <c>client_connection_check_interval</c> even in the middle of a statement; a machine that died is
/// noticed by keep-alives; a process that hangs or was suspended is noticed by the idle limits, since a sealer that lives
/// asks something many times a second. Each is below the 5 seconds in which sealing has to go on.
/// </remarks>
internal sealed class SealSession : IAsyncDisposable
{
    public const int CommandTimeoutSeconds = 30;

    private const int LockClass = 0x5EA1;

    // Settings of this session alone; taken back at its end, since the pool resets nothing.
    private const string Settings =
        "SET synchronous_commit = on; SET idle_session_timeout = '3500ms'; SET idle_in_transaction_session_timeout = '3500ms'; " +
        "SET lock_timeout = '3s'; SET client_connection_check_interval = '500ms'; " +
        "SET tcp_keepalives_idle = 1; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 2; SET tcp_user_timeout = '3s'";

    private readonly NpgsqlDataSource _database;

    private SealSession(NpgsqlDataSource database, NpgsqlConnection connection) => (_database, Connection) = (database, connection);

    public NpgsqlConnection Connection { get; }

    /// <summary>Null when another session holds the lock.</summary>
    public static async Task<SealSession?> TryOpenAsync(NpgsqlDataSource database, string environment, CancellationToken ct)
    {
        var connection = await database.OpenConnectionAsync(ct);
        try
        {
            await using var tryLock = new NpgsqlCommand("SELECT pg_try_advisory_lock($1, $2)", connection) { CommandTimeout = 3 };
            tryLock.Parameters.Add(new NpgsqlParameter<int> { TypedValue = LockClass });
            tryLock.Parameters.Add(new NpgsqlParameter<int> { TypedValue = NumberOf(environment) });
            if (await tryLock.ExecuteScalarAsync(ct) is not true)
            {
                await connection.DisposeAsync();
                return null;
            }

            await using var settings = new NpgsqlCommand(Settings, connection) { CommandTimeout = 3 };
            await settings.ExecuteNonQueryAsync(ct);
            return new SealSession(database, connection);
        }
        catch
        {
            await new SealSession(database, connection).DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets go of the lock and of the settings, then goes back to the pool; or ends the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Connection.FullState == System.Data.ConnectionState.Open)
        {
            try
            {
                // A transaction may be open.
                await using var unlock = new NpgsqlCommand("ROLLBACK; SELECT pg_advisory_unlock_all(); RESET ALL", Connection) { CommandTimeout = 3 };
                await unlock.ExecuteNonQueryAsync();
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException or TimeoutException)
            {
                // The session is broken, or nobody knows what it still holds: no connection of now goes back into the pool.
                _database.Clear();
            }
        }

        await Connection.DisposeAsync();
    }

    private static int NumberOf(string environment) => environment switch
    {
        "production" => 1,
        "sandbox" => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(environment), environment, "An environment is sandbox or production."),
    };
}
