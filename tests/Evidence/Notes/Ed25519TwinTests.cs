using System.Numerics;

namespace PacSpace.Evidence.Tests.Notes;

public sealed class Ed25519TwinTests
{
    private static readonly byte[] Seed = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] Key = Rfc8032.PublicKey(Seed);

    private static byte[] WithS(byte[] signature, BigInteger s) => [.. signature[..32], .. Rfc8032.Bytes(s)];

    [Fact]
    public void Signatures_of_the_twin_hold_and_one_flipped_bit_anywhere_ends_that()
    {
        var random = new Random(8032);
        for (var round = 0; round < 12; round++)
        {
            var (seed, message) = (new byte[32], new byte[random.Next(0, 200)]);
            random.NextBytes(seed);
            random.NextBytes(message);
            var (key, signature) = (Rfc8032.PublicKey(seed), Rfc8032.Sign(seed, message));
            Assert.True(Ed25519.Verify(key, message, signature));
            Assert.True(Rfc8032.Verify(key, message, signature));
            for (var flip = 0; flip < 20; flip++)
            {
                byte[][] parts = [[.. key], [.. message, 0], [.. signature]];
                var part = parts[flip % 3];
                part[random.Next(part.Length)] ^= (byte)(1 << random.Next(8));
                Assert.False(Ed25519.Verify(parts[0], parts[1].AsSpan(0, message.Length + (flip % 3 == 1 ? 1 : 0)), parts[2]));
            }
        }
    }

    [Fact]
    public void A_signature_has_no_second_S()
    {
        var message = "amount 42"u8.ToArray();
        var signature = Rfc8032.Sign(Seed, message);
        var s = Rfc8032.Number(signature.AsSpan(32));
        for (var other = s + Rfc8032.L; other < BigInteger.Pow(2, 256); other += Rfc8032.L)
            Assert.False(Ed25519.Verify(Key, message, WithS(signature, other)));
        Assert.False(Ed25519.Verify(Key, message, WithS(signature, Rfc8032.L)));
        Assert.False(Ed25519.Verify(Key, message, WithS(signature, 0)));
    }

    /// <summary>With the neutral element as key, R = S·B holds for every message, so only the encodings decide.</summary>
    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000", true)]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080", false)] // x = 0 with a sign
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false)] // y = p + 1
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", false)]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false)] // y = p
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false)]
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000", false)] // no such point
    public void A_key_has_one_encoding(string key, bool holds)
    {
        // R = 1·B, S = 1
        byte[] signature = [0x58, .. Enumerable.Repeat((byte)0x66, 31), 1, .. new byte[31]];
        Assert.Equal(holds, Ed25519.Verify(Convert.FromHexString(key), "any"u8, signature));
        Assert.Equal(holds, Rfc8032.Verify(Convert.FromHexString(key), "any"u8.ToArray(), signature));
    }

    [Fact]
    public void Half_of_all_numbers_are_no_point()
    {
        var points = 0;
        for (var y = 0; y < 200; y++)
        {
            var bytes = Rfc8032.Bytes(y);
            Assert.Equal(Rfc8032.IsPoint(bytes), EdwardsPoint.Decode(bytes) is not null);
            if (EdwardsPoint.Decode(bytes) is not { } point) continue;
            Assert.Equal(bytes, point.Encode());
            points++;
        }
        Assert.InRange(points, 70, 130);
    }

    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000", true)]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080", false)]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false)]
    public void R_has_one_encoding(string r, bool holds)
    {
        var neutral = Convert.FromHexString("0100000000000000000000000000000000000000000000000000000000000000");
        Assert.Equal(holds, Ed25519.Verify(neutral, "any"u8, [.. Convert.FromHexString(r), .. new byte[32]]));
    }

    [Theory]
    [InlineData(31, 64)]
    [InlineData(33, 64)]
    [InlineData(32, 63)]
    [InlineData(32, 65)]
    [InlineData(0, 0)]
    public void Another_length_is_simply_false(int key, int signature) =>
        Assert.False(Ed25519.Verify(new byte[key], "any"u8, new byte[signature]));

    [Fact]
    public void Agrees_with_the_twin_on_noise()
    {
        var random = new Random(25519);
        for (var round = 0; round < 60; round++)
        {
            var (key, signature) = (new byte[32], new byte[64]);
            random.NextBytes(key);
            random.NextBytes(signature);
            signature[63] &= 0x0f;
            Assert.Equal(Rfc8032.Verify(key, [1], signature), Ed25519.Verify(key, [1], signature));
        }
    }

    [Fact]
    public void A_strangers_note_holds()
    {
        // The example of golang.org/x/mod/sumdb/note: key, text and signature by another implementation.
        Assert.True(VerifierKey.TryParse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", out var key));
        var signature = Convert.FromBase64String("x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=");
        var text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"u8;
        Assert.Equal(0xc74f20a3, key.KeyId);
        Assert.True(Ed25519.Verify(key.PublicKey, text, signature.AsSpan(4)));
    }
}
