using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using PacSpace.Infrastructure.Secrets;
using PacSpace.Infrastructure.Sharing;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Sharing;

public sealed class AccessCodesTests : IDisposable
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const string Handle = "cus_0123456789abcdefghjkmnpqrs";

    private readonly TemporaryFolder _folder = new();
    private readonly SecretStore _secrets;
    private readonly AccessCodes _codes;

    public AccessCodesTests()
    {
        _secrets = SecretStore.Open(_folder.Combine("keys"));
        _codes = new AccessCodes(() => _secrets);
    }

    public void Dispose()
    {
        _secrets.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("sandbox", 1)]
    [InlineData("production", 1)]
    [InlineData("production", 2)]
    [InlineData("production", int.MaxValue)]
    public void A_code_is_the_first_thirty_bits_of_the_keyed_hash_written_out_slowly(string environment, int version)
    {
        var key = HMACSHA256.HashData(_secrets.AccessCodeKey, Encoding.UTF8.GetBytes("pacspace/access-code/" + environment));
        var bits = new BigInteger(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Handle}:{version}")), isUnsigned: true, isBigEndian: true) >> 226;
        var expected = string.Concat(Enumerable.Range(0, 6).Select(i => Alphabet[(int)((bits >> (25 - 5 * i)) & 31)]));

        Assert.Equal(expected, _codes.Of(environment, Handle, version));
        Assert.True(_codes.Matches(environment, Handle, version, expected));
    }

    [Fact]
    public void Environment_handle_and_version_each_make_another_code()
    {
        string[] codes = [_codes.Of("production", Handle, 1), _codes.Of("sandbox", Handle, 1), _codes.Of("production", Handle, 2), _codes.Of("production", Handle[..^1] + "t", 1)];

        Assert.Equal(4, codes.Distinct().Count());
        Assert.False(_codes.Matches("production", Handle, 1, codes[1]));
    }

    [Theory]
    [InlineData("A1B2C3", "A1B2C3")]
    [InlineData("a1b2c3", "A1B2C3")]
    [InlineData(" a1b-2c3\t", "A1B2C3")]
    [InlineData("A1B\u00a02C3", "A1B2C3")]
    [InlineData("A1B\u20112C3", "A1B2C3")]
    [InlineData("oOiIlL", "001111")]
    [InlineData("A1B2C", null)]
    [InlineData("A1B2C3D", null)]
    [InlineData("A1B2CU", null)]
    [InlineData("A1B2C!", null)]
    [InlineData("\u00c01B2C3", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void What_was_typed_is_read_as_the_code_that_was_meant(string? typed, string? meant)
    {
        Assert.Equal(meant is not null, AccessCodes.TryNormalize(typed, out var code));
        Assert.Equal(meant, code);
    }

    [Fact]
    public void A_text_longer_than_any_code_is_not_read_to_its_end() => Assert.False(AccessCodes.TryNormalize(new string(' ', 100_000) + "A1B2C3", out _));

    [Fact]
    public void An_address_is_named_without_being_kept()
    {
        Assert.Equal(_codes.NameClient(7), _codes.NameClient(7));
        Assert.NotEqual(_codes.NameClient(7), _codes.NameClient(8));
        Assert.Equal(16, _codes.NameClient(7).Length);
    }
}
