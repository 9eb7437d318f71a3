using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>Statements with positional parameters whose database types follow from the values.</summary>
internal static class Sql
{
    public static NpgsqlCommand Command(NpgsqlConnection connection, string text, params object[] values)
    {
        var command = new NpgsqlCommand(text, connection) { CommandTimeout = SealSession.CommandTimeoutSeconds };
        foreach (var value in values) command.Parameters.Add(Parameter(value));
        return command;
    }

    public static NpgsqlBatchCommand BatchCommand(string text, params object[] values)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var value in values) command.Parameters.Add(Parameter(value));
        return command;
    }

    public static object OrNull(object? value) => value ?? DBNull.Value;

    public static DateTimeOffset? InstantOrNull(NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : row.GetFieldValue<DateTimeOffset>(at);

    public static string? TextOrNull(NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);

    private static NpgsqlParameter Parameter(object value) => value switch
    {
        Hash hash => Typed(hash.ToArray(), NpgsqlDbType.Bytea),
        IReadOnlyList<Hash> hashes => Typed(hashes.Select(h => h.ToArray()).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bytea),
        Timestamp instant => Typed(At(instant), NpgsqlDbType.TimestampTz),
        DateTimeOffset instant => Typed(instant.UtcDateTime, NpgsqlDbType.TimestampTz),
        TimeSpan => Typed(value, NpgsqlDbType.Interval),
        DBNull => new NpgsqlParameter { Value = value },
        string => Typed(value, NpgsqlDbType.Text),
        short => Typed(value, NpgsqlDbType.Smallint),
        int => Typed(value, NpgsqlDbType.Integer),
        long => Typed(value, NpgsqlDbType.Bigint),
        bool => Typed(value, NpgsqlDbType.Boolean),
        decimal => Typed(value, NpgsqlDbType.Numeric),
        byte[] => Typed(value, NpgsqlDbType.Bytea),
        short[] => Typed(value, NpgsqlDbType.Array | NpgsqlDbType.Smallint),
        int[] or int?[] => Typed(value, NpgsqlDbType.Array | NpgsqlDbType.Integer),
        long[] or long?[] => Typed(value, NpgsqlDbType.Array | NpgsqlDbType.Bigint),
        bool[] => Typed(value, NpgsqlDbType.Array | NpgsqlDbType.Boolean),
        decimal[] => Typed(value, NpgsqlDbType.Array | NpgsqlDbType.Numeric),
        byte[][] => Typed(value, NpgsqlDbType.Array | NpgsqlDbType.Bytea),
        string?[] => Typed(value, NpgsqlDbType.Array | NpgsqlDbType.Text),
        Timestamp?[] instants => Typed(Array.ConvertAll(instants, i => i is { } at ? At(at) : (DateTime?)null), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz),
        _ => throw new InvalidOperationException($"No database type is known for {value.GetType().Name}."),
    };

    private static NpgsqlParameter Typed(object value, NpgsqlDbType type) => new() { Value = value, NpgsqlDbType = type };

    private static DateTime At(Timestamp instant) => instant.ToDateTimeOffset().UtcDateTime;
}
