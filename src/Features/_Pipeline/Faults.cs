using System.Net.Sockets;
using Npgsql;
using PacSpace.Infrastructure.Ingest;

namespace PacSpace.Features.Pipeline;

/// <summary>Tells a fault (the world failed; try again) from a bug (we are wrong; stop).</summary>
internal static class Faults
{
    private const int MaxWrappings = 8;

    /// <summary>True when the failure, or what it wraps, is the database or a connection being away, full, busy or too slow.</summary>
    public static bool IsFault(Exception failure)
    {
        var inner = failure;
        for (var i = 0; inner is not null && i < MaxWrappings; i++, inner = inner.InnerException)
        {
            switch (inner)
            {
                case PostgresException answer: return IsFault(answer);
                case NpgsqlException or TimeoutException or SocketException or WriterUnavailableException: return true;
            }
        }

        return false;
    }

    /// <remarks>Classes of PostgreSQL's appendix A. What the server says about our own statement (42, 22, 23) is a bug.</remarks>
    private static bool IsFault(PostgresException answer) => answer.IsTransient || answer.SqlState[..2] switch
    {
        "08" => true,                               // connection
        "53" => true,                               // disk full, out of memory, too many connections
        "57" => true,                               // shut down, starting, cancelled by a time limit
        "58" => true,                               // input or output of the server itself
        "40" => true,                               // rolled back for another transaction's sake
        "55" => answer.SqlState == PostgresErrorCodes.LockNotAvailable,
        "25" => answer.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction, // a standby, half-way through a failover
        _ => false,
    };
}
