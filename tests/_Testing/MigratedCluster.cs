using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using PacSpace.Infrastructure;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Testing;

/// <summary>A stopped cluster with a migrated template database in it, made once for a machine, an account and a schema.</summary>
/// <remarks>initdb takes two seconds and the migrations take longer with every file; a copy takes a tenth of one, and each
/// of the test projects needs its own. The name of the folder says what it was made from, so it is never out of date.</remarks>
internal static class MigratedCluster
{
    public const string Template = "template_pacspace";

    private const string Prefix = "pacspace-template-";
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(2);

    public static EmbeddedPostgresOptions Options(string data) => new() { DataDirectory = data, Database = Template, IsDurable = false };

    public static async Task CopyToAsync(string cluster)
    {
        var made = Path.Combine(Path.GetTempPath(), Prefix + Fingerprint());
        if (!Directory.Exists(made))
        {
            ForgetOldOnes();
            await MakeAsync(made);
        }

        using var copy = Process.Start("cp", ["-a", "--reflink=auto", made, cluster]);
        await copy.WaitForExitAsync();
        if (copy.ExitCode != 0) throw new InvalidOperationException($"{made} could not be copied to {cluster}.");
    }

    private static async Task MakeAsync(string target)
    {
        using var folder = new TemporaryFolder();
        await using (var postgres = await EmbeddedPostgres.StartAsync(Options(folder)))
        {
            await using (var template = NpgsqlDataSource.Create(postgres.ConnectionString + ";Pooling=false"))
            {
                await Migrations.ApplyAsync(template, Migrations.Embedded());
            }

            await using var elsewhere = NpgsqlDataSource.Create(postgres.ConnectionTo("postgres") + ";Pooling=false");
            await using var close = elsewhere.CreateCommand($"alter database {Template} is_template true allow_connections false");
            await close.ExecuteNonQueryAsync();
        }

        // Another test process may have been quicker; then its cluster is as good.
        _ = Posix.TryRenameDirectory(folder.Combine("postgres"), target);
    }

    private static string Fingerprint()
    {
        var madeFrom = new StringBuilder().Append(PostgresBinaries.Find(null, null).Directory).Append(' ').Append(Posix.UserId);
        foreach (var migration in Migrations.Embedded()) madeFrom.Append(' ').Append(migration.FileName).Append(' ').Append(migration.Sha256);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(madeFrom.ToString())).AsSpan(0, 8));
    }

    private static void ForgetOldOnes()
    {
        foreach (var old in new DirectoryInfo(Path.GetTempPath()).EnumerateDirectories(Prefix + "*"))
        {
            if (DateTime.UtcNow - old.LastWriteTimeUtc < KeptFor) continue;
            try
            {
                old.Delete(recursive: true);
            }
            catch (Exception notOurs) when (notOurs is IOException or UnauthorizedAccessException)
            {
                // Another account's.
            }
        }
    }
}
