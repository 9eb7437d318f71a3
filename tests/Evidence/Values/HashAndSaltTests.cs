namespace PacSpace.Evidence.Tests.Values;

public sealed class HashAndSaltTests
{
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void A_hash_has_one_spelling_in_each_place()
    {
        var hash = Hash.Sha256("abc"u8);
        Assert.Equal(Abc, hash.ToHex());
        Assert.Equal("0x" + Abc, hash.To0x());
        Assert.True(Hash.TryParseHex(Abc, out var again) && again == hash);
        Assert.True(Hash.TryParse0x("0x" + Abc, out again) && again == hash);
        foreach (var other in new[] { Abc.ToUpperInvariant(), Abc[..63], Abc + "0", "0x" + Abc, " " + Abc[1..], Abc[..63] + "g", "" })
            Assert.False(Hash.TryParseHex(other, out _), other);
        foreach (var other in new[] { Abc, "0X" + Abc, "0x" + Abc.ToUpperInvariant(), "0x", "0x0x" + Abc[2..] })
            Assert.False(Hash.TryParse0x(other, out _), other);
    }

    [Fact]
    public void Bytes_come_back_as_they_went_in()
    {
        byte[] bytes = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        Assert.Equal(bytes, Hash.FromBytes(bytes).ToArray());
        Assert.Equal(bytes[..16], Salt.FromBytes(bytes.AsSpan(0, 16)).ToArray());
        Assert.Throws<ArgumentException>(() => Hash.FromBytes(bytes.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => Salt.FromBytes(bytes));
    }

    [Fact]
    public void Equality_is_of_every_byte()
    {
        for (var i = 0; i < 32; i++)
        {
            var bytes = new byte[32];
            bytes[i] = 1;
            Assert.False(Hash.FromBytes(bytes).IsZero);
            Assert.True(Hash.FromBytes(bytes) != Hash.Zero);
            Assert.True(i >= 16 || Salt.FromBytes(bytes.AsSpan(0, 16)) != default);
        }
        Assert.True(Hash.Zero.IsZero && default(Hash) == Hash.Zero);
    }

    [Theory]
    [InlineData("000102030405060708090a0b0c0d0e0f", true)]
    [InlineData("000102030405060708090A0B0C0D0E0F", false)]
    [InlineData("000102030405060708090a0b0c0d0e", false)]
    [InlineData("000102030405060708090a0b0c0d0e0f10", false)]
    public void A_salt_has_32_lower_case_digits(string text, bool good)
    {
        Assert.Equal(good, Salt.TryParseHex(text, out var salt));
        if (good) Assert.Equal(text, salt.ToHex());
    }
}
