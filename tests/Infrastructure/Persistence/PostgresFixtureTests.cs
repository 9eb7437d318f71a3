using System.Diagnostics;
using PacSpace.Infrastructure.Persistence;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Persistence;

/// <summary>The fixture that every test on a database stands on.</summary>
public sealed class PostgresFixtureTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Each_clone_has_the_whole_schema_and_is_its_owners_alone()
    {
        await using var one = await postgres.CloneAsync();
        await using var other = await postgres.CloneAsync();

        await ExecuteAsync(one, "create table mine (n int)");

        Assert.Equal((long)Migrations.Embedded().Count, await ExecuteAsync(other, "select count(*) from schema_migrations"));
        Assert.Equal(false, await ExecuteAsync(other, "select to_regclass('mine') is not null"));
    }

    [Fact]
    public async Task A_clone_is_gone_afterwards_whoever_is_still_connected()
    {
        await using var witness = await postgres.EmptyAsync();
        var clone = await postgres.CloneAsync();
        await using (var connection = await clone.Source.OpenConnectionAsync()) await clone.DisposeAsync();

        Assert.Equal(0L, await ExecuteAsync(witness, $"select count(*) from pg_database where datname = '{clone.Name}'"));
    }

    [Fact]
    public async Task A_folder_left_by_a_killed_test_run_is_swept_and_a_living_ones_is_not()
    {
        using var living = new TemporaryFolder();
        var left = Directory.CreateTempSubdirectory("pacspace-test-").FullName;
        File.SetUnixFileMode(left, File.GetUnixFileMode(living));
        Keeper keeper;
        await using (new FileStream(Path.Combine(left, ".in-use"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
        {
            keeper = await Keeper.StartAsync(left);
            Posix.Signal(Keeper.TetherOf(Path.Combine(left, "postgres")), Posix.SigKill);
            keeper.Kill();
        }

        using var killed = keeper;
        await TemporaryFolder.SweepAsync();

        // A test process that starts at this moment may be the one that does it.
        await Eventually.HoldsAsync(() => !Directory.Exists(left));
        Assert.False(ClusterProcesses.IsOf(Path.Combine(left, "postgres"), keeper.PostmasterId));
        Assert.True(Directory.Exists(living));
    }

    [Fact]
    public async Task A_clone_is_quick()
    {
        await using (await postgres.CloneAsync())
        {
        }

        var since = Stopwatch.GetTimestamp();
        await using (await postgres.CloneAsync())
        {
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{Stopwatch.GetElapsedTime(since).TotalMilliseconds:F0} ms");
        Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(3));
    }

    private static async Task<object?> ExecuteAsync(TestDatabase database, string sql)
    {
        await using var command = database.Source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
