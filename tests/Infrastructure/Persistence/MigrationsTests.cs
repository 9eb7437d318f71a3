using PacSpace.Infrastructure.Persistence;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Persistence;

public sealed class MigrationsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly Migration People = Migrations.Parse("0001_people.sql", "create table people (n int); insert into people values (1); -- one; only");
    private static readonly Migration Pets = Migrations.Parse("0002_pets.sql", "create table pets (n int);\ndo $$ begin insert into pets values (1); end $$;");
    private static readonly Migration Broken = Migrations.Parse("0003_broken.sql", "create table half (n int); select nonsense;");

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await postgres.EmptyAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Files_are_applied_once_in_order_and_noted()
    {
        Assert.Equal(1, await ApplyAsync(People));
        Assert.Equal(1, await ApplyAsync(People, Pets));
        Assert.Equal(0, await ApplyAsync(People, Pets));

        Assert.Equal($"1 people {People.Sha256}|2 pets {Pets.Sha256}", await TextAsync(
            "select string_agg(concat_ws(' ', version, name, sha256), '|' order by version) from schema_migrations"));
        Assert.Equal("1 1", await TextAsync("select (select count(*) from people) || ' ' || (select count(*) from pets)"));
    }

    [Fact]
    public async Task A_file_that_fails_leaves_the_files_before_it_and_nothing_of_itself()
    {
        var failed = await Assert.ThrowsAsync<MigrationException>(() => ApplyAsync(People, Pets, Broken));

        Assert.Equal("0003_broken.sql failed and left nothing behind: column \"nonsense\" does not exist (42703).", failed.Message);
        Assert.Equal("2 ", await TextAsync("select (select count(*) from schema_migrations) || ' ' || coalesce(to_regclass('half')::text, '')"));

        var mended = Migrations.Parse("0003_broken.sql", "create table half (n int);");
        Assert.Equal(1, await ApplyAsync(People, Pets, mended));
    }

    [Fact]
    public async Task An_applied_file_that_was_changed_or_renamed_is_refused()
    {
        await ApplyAsync(People);

        var changed = await Assert.ThrowsAsync<MigrationException>(() => ApplyAsync(new Migration(1, "people", "create table persons (n int)")));
        Assert.Contains("0001_people.sql of another content", changed.Message, StringComparison.Ordinal);

        await Assert.ThrowsAsync<MigrationException>(() => ApplyAsync(new Migration(1, "persons", People.Sql)));
    }

    [Fact]
    public async Task A_database_that_is_newer_than_the_program_is_refused()
    {
        await ApplyAsync(People, Pets);

        var refused = await Assert.ThrowsAsync<MigrationException>(() => ApplyAsync(People));
        Assert.Contains("0002_pets.sql, which this program does not know", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_that_start_together_apply_each_file_once()
    {
        var applied = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ApplyAsync(People, Pets)));

        Assert.Equal(2, applied.Sum());
    }

    [Fact]
    public async Task The_lock_is_free_afterwards_also_after_a_failure()
    {
        await Assert.ThrowsAsync<MigrationException>(() => ApplyAsync(People, Pets, Broken));

        Assert.Equal("0", await TextAsync("select count(*)::text from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"));
    }

    [Theory]
    [InlineData("1_people.sql")]
    [InlineData("0001_People.sql")]
    [InlineData("0001-people.sql")]
    [InlineData("0001_people.txt")]
    public void A_name_of_another_form_is_refused(string fileName) =>
        Assert.Equal($"The migration {fileName} is not named NNNN_name.sql.", Assert.Throws<MigrationException>(() => Migrations.Parse(fileName, "")).Message);

    [Fact]
    public void Numbers_rise_may_leave_gaps_and_are_used_once()
    {
        Assert.Equal([People, Pets], Migrations.InOrder([Pets, People]));
        Assert.Equal([People, Broken], Migrations.InOrder([Broken, People]));
        Assert.Equal(
            "0001_again.sql and 0001_people.sql have the same number.",
            Assert.Throws<MigrationException>(() => Migrations.InOrder([People, new Migration(1, "again", "")])).Message);
    }

    [Fact]
    public async Task A_file_that_arrives_below_an_applied_one_is_refused()
    {
        await ApplyAsync(Pets);

        var refused = await Assert.ThrowsAsync<MigrationException>(() => ApplyAsync(People, Pets));
        Assert.StartsWith("0001_people.sql is not applied, but 0002_pets.sql after it is.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_programs_own_files_apply_to_an_empty_database()
    {
        var own = Migrations.Embedded();

        Assert.NotEmpty(own);
        Assert.Equal(own.Count, await Migrations.ApplyAsync(_database.Source, own));
    }

    [Fact]
    public async Task Customers_from_before_there_were_links_get_one_each()
    {
        var own = Migrations.Embedded();
        await Migrations.ApplyAsync(_database.Source, [.. own.Where(migration => migration.Version < 100)]);
        await TextAsync(
            "with t as (insert into tenants (tenant_id, name, buyer_mode, reference_key, created_at) values ('t', 'T', 'DIRECT_INFERENCE', sha256('t'), now()) returning 1), " +
            "l as (insert into ledgers (ledger_id, tenant_id, environment, created_at) select 'l', 't', 'sandbox', now() from t returning ledger_no) " +
            "insert into customers (ledger_no, customer_no, customer_id, created_at) select ledger_no, n, 'c' || n, now() from l, generate_series(1, 300) n");

        await Migrations.ApplyAsync(_database.Source, own);

        Assert.Equal("300 300 300", await TextAsync(
            "select concat_ws(' ', count(*), count(distinct handle), count(*) filter (where handle ~ '^cus_[0-9a-hjkmnp-tv-z]{26}$' and revoked_at is null)) from customer_links"));
    }

    private Task<int> ApplyAsync(params Migration[] migrations) => Migrations.ApplyAsync(_database.Source, migrations);

    private async Task<string?> TextAsync(string sql)
    {
        await using var command = _database.Source.CreateCommand(sql);
        return (string?)await command.ExecuteScalarAsync();
    }
}
