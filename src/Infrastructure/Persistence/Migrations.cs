using System.Data;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace PacSpace.Infrastructure.Persistence;

/// <summary>One step of the schema: an SQL file <c>NNNN_name.sql</c>. Numbers rise and may leave gaps; each is used once.</summary>
public sealed record Migration(int Version, string Name, string Sql)
{
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Version:D4}_{Name}.sql");

    /// <summary>Of the file's text in UTF-8, in lower-case hex.</summary>
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));
}

/// <summary>The schema and this program do not fit together. The message names the file and what to do.</summary>
public sealed class MigrationException : Exception
{
    public MigrationException()
    {
    }

    public MigrationException(string message)
        : base(message)
    {
    }

    public MigrationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>Brings a database's schema to this program's version, forward only.</summary>
/// <remarks>
/// Several nodes may start at once: one applies, the others wait for its lock and find nothing to do. Each file is one
/// transaction together with its row in <c>schema_migrations</c>, so a run killed at any point leaves a whole number of
/// files applied, and the next run goes on from there. A file that was applied is never changed: a correction is another
/// file.
/// </remarks>
public static partial class Migrations
{
    private const long LockKey = 0x5061_6353_7061_6365; // "PacSpace"

    /// <summary>The files of <c>Persistence/Migrations</c>, in order.</summary>
    public static IReadOnlyList<Migration> Embedded() => Embedded(typeof(Migrations).Assembly);

    /// <exception cref="MigrationException">A number stands twice, or a name is not of the form.</exception>
    internal static IReadOnlyList<Migration> Embedded(Assembly assembly) => InOrder(
        from resource in assembly.GetManifestResourceNames()
        where resource.EndsWith(".sql", StringComparison.Ordinal) && resource.Contains(".Migrations.", StringComparison.Ordinal)
        select Parse(resource[(resource.IndexOf(".Migrations.", StringComparison.Ordinal) + ".Migrations.".Length)..], Text(assembly, resource)));

    internal static Migration Parse(string fileName, string sql)
    {
        var match = FileNameForm().Match(fileName);
        if (!match.Success) throw new MigrationException($"The migration {fileName} is not named NNNN_name.sql.");
        return new Migration(int.Parse(match.Groups["version"].ValueSpan, CultureInfo.InvariantCulture), match.Groups["name"].Value, sql);
    }

    internal static IReadOnlyList<Migration> InOrder(IEnumerable<Migration> migrations)
    {
        var ordered = migrations.OrderBy(migration => migration.Version).ThenBy(migration => migration.Name, StringComparer.Ordinal).ToList();
        foreach (var (one, next) in ordered.Zip(ordered.Skip(1)))
        {
            if (one.Version == next.Version) throw new MigrationException($"{one.FileName} and {next.FileName} have the same number.");
        }

        return ordered;
    }

    /// <summary>Applies what is not applied yet.</summary>
    /// <returns>How many files were applied.</returns>
    /// <exception cref="MigrationException">An applied file has changed since, the database is newer than this program, or
    /// a file fails (then the files before it are applied, and nothing of it is).</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<int> ApplyAsync(NpgsqlDataSource database, IReadOnlyList<Migration> migrations, CancellationToken ct = default)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await ExecuteAsync(connection, $"select pg_advisory_lock({LockKey})", ct);
        try
        {
            await ExecuteAsync(
                connection,
                """
                create table if not exists schema_migrations (
                  version int primary key,
                  name text not null,
                  applied_at timestamptz not null default now(),
                  sha256 text not null
                )
                """,
                ct);
            var applied = await AppliedAsync(connection, ct);
            RequireSameHistory(applied, migrations);

            var due = migrations.Skip(applied.Count).ToList();
            foreach (var migration in due) await ApplyOneAsync(connection, migration, ct);
            return due.Count;
        }
        finally
        {
            // A broken connection has lost the lock already, and its own failure is the one to report.
            if (connection.State == ConnectionState.Open)
            {
                await ExecuteAsync(connection, $"select pg_advisory_unlock({LockKey})", CancellationToken.None);
            }
        }
    }

    private static void RequireSameHistory(List<(int Version, string Name, string Sha256)> applied, IReadOnlyList<Migration> migrations)
    {
        for (var i = 0; i < applied.Count; i++)
        {
            var (version, name, sha256) = applied[i];
            var known = i < migrations.Count ? migrations[i] : null;
            if (known?.Version == version && known.Name == name && known.Sha256 == sha256) continue;

            var then = string.Create(CultureInfo.InvariantCulture, $"{version:D4}_{name}.sql");
            if (known?.Version == version)
            {
                throw new MigrationException(
                    $"The database was migrated with {then} of another content than this program's {known.FileName} " +
                    $"(SHA-256 {sha256[..12]}… then, {known.Sha256[..12]}… now). An applied migration is not changed: " +
                    "restore the file and put the correction into the next number.");
            }

            if (known?.Version < version)
            {
                throw new MigrationException(
                    $"{known.FileName} is not applied, but {then} after it is. Files are applied in order: give it a number above those applied.");
            }

            throw new MigrationException(
                $"The database has migration {then}, which this program does not know: " +
                "the database is newer than the program. Start the newer version.");
        }
    }

    private static async Task ApplyOneAsync(NpgsqlConnection connection, Migration migration, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        try
        {
            await ExecuteAsync(connection, migration.Sql, ct);
        }
        catch (PostgresException refused)
        {
            throw new MigrationException(
                $"{migration.FileName} failed and left nothing behind: {refused.MessageText} ({refused.SqlState}).", refused);
        }

        await using var note = new NpgsqlCommand("insert into schema_migrations (version, name, sha256) values ($1, $2, $3)", connection, transaction)
        {
            Parameters = { new() { Value = migration.Version }, new() { Value = migration.Name }, new() { Value = migration.Sha256 } },
        };
        await note.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private static async Task<List<(int Version, string Name, string Sha256)>> AppliedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select version, name, sha256 from schema_migrations order by version", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var applied = new List<(int, string, string)>();
        while (await reader.ReadAsync(ct)) applied.Add((reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        return applied;
    }

    private static string Text(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
#pragma warning disable CA2100 // The text is a file of this assembly or written here.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(ct);
    }

    [GeneratedRegex(@"^(?<version>[0-9]{4})_(?<name>[a-z0-9_]+)\.sql$")]
    private static partial Regex FileNameForm();
}
