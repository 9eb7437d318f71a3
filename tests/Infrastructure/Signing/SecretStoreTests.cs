using PacSpace.Infrastructure.Secrets;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Signing;

public sealed class SecretStoreTests : IDisposable
{
    private static readonly string[] Names = ["access-code.key", "frontier-mac.key", "record-id.key", "signing-production.key", "signing-sandbox.key"];

    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    private string Keys => _data.Combine("data/keys");

    [Fact]
    public void The_first_start_makes_all_secrets_for_the_owner_alone_and_leaves_nothing_else()
    {
        using var store = SecretStore.Open(Keys);

        Assert.True(store.IsNew);
        Assert.Equal([Keys], Directory.GetFileSystemEntries(_data.Combine("data")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Keys));
        Assert.Equal(Names, Directory.GetFiles(Keys).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetFiles(Keys), file =>
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.Equal(32, new FileInfo(file).Length);
        });
        Assert.Equal(Names.Length, Directory.GetFiles(Keys).Select(file => Convert.ToHexString(File.ReadAllBytes(file))).Distinct().Count());
    }

    [Fact]
    public void A_later_start_reads_the_same_secrets()
    {
        using var first = SecretStore.Open(Keys);
        using var second = SecretStore.Open(Keys);

        Assert.False(second.IsNew);
        Assert.Equal(Everything(first), Everything(second));
        Assert.Equal(Names.Length, Everything(first).Distinct().Count());
        Assert.Equal(first.RecordIdKey, File.ReadAllBytes(Path.Combine(Keys, "record-id.key")));
    }

    [Fact]
    public void Nodes_that_start_together_end_with_the_same_secrets()
    {
        var stores = new SecretStore[16];
        Parallel.For(0, stores.Length, new ParallelOptions { MaxDegreeOfParallelism = stores.Length }, n => stores[n] = SecretStore.Open(Keys));

        Assert.Single(stores, store => store.IsNew);
        Assert.All(stores, store => Assert.Equal(Everything(stores[0]), Everything(store)));
        Assert.Equal([Keys], Directory.GetFileSystemEntries(_data.Combine("data")));
    }

    [Fact]
    public void An_empty_folder_that_was_prepared_is_filled()
    {
        Directory.CreateDirectory(Keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var store = SecretStore.Open(Keys);

        Assert.True(store.IsNew);
    }

    [Fact]
    public void A_stray_folder_of_a_start_that_was_killed_does_not_matter()
    {
        Directory.CreateDirectory(_data.Combine("data/.keys-0123456789abcdef.new"));
        using var store = SecretStore.Open(Keys);

        Assert.True(store.IsNew);
    }

    [Theory]
    [InlineData("access-code.key")]
    [InlineData("frontier-mac.key")]
    [InlineData("record-id.key")]
    [InlineData("signing-production.key")]
    [InlineData("signing-sandbox.key")]
    public void A_lost_secret_is_never_made_up(string name)
    {
        SecretStore.Open(Keys).Dispose();
        File.Delete(Path.Combine(Keys, name));

        var refused = Assert.Throws<SecretStoreException>(() => SecretStore.Open(Keys));

        Assert.StartsWith($"{Path.Combine(Keys, name)} is missing while other secrets are there.", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Keys, name)));
    }

    [Fact]
    public void A_damaged_secret_is_refused()
    {
        SecretStore.Open(Keys).Dispose();
        File.WriteAllBytes(Path.Combine(Keys, "record-id.key"), new byte[31]);

        Assert.Contains("has 31 bytes instead of 32", Assert.Throws<SecretStoreException>(() => SecretStore.Open(Keys)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("signing-production.key")]
    public void Secrets_that_others_may_read_are_refused(string name)
    {
        SecretStore.Open(Keys).Dispose();
        var path = Path.Combine(Keys, name);
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupRead);

        Assert.Contains("chmod go= ", Assert.Throws<SecretStoreException>(() => SecretStore.Open(Keys)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_environment_signs_with_its_own_key()
    {
        using var store = SecretStore.Open(Keys);
        using var sandbox = store.OpenSigner("sandbox");
        using var production = store.OpenSigner("production");
        using var again = store.OpenSigner("production");

        Assert.NotEqual(sandbox.PublicKey, production.PublicKey);
        Assert.NotEqual(sandbox.Sign([1]), production.Sign([1]));
        Assert.Equal(production.Sign([1]), again.Sign([1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.OpenSigner("staging"));
    }

    private static string[] Everything(SecretStore store)
    {
        using var sandbox = store.OpenSigner("sandbox");
        using var production = store.OpenSigner("production");
        return [.. new[] { store.RecordIdKey.ToArray(), store.AccessCodeKey.ToArray(), store.FrontierMacKey.ToArray(), sandbox.PublicKey, production.PublicKey }
            .Select(Convert.ToHexString)];
    }
}
