namespace PacSpace.Evidence.Tests.Notes;

public sealed class VerifierKeyTests
{
    private const string Good = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    [Theory]
    [InlineData("")]
    [InlineData("PeterNeumann")]
    [InlineData("PeterNeumann+c74f20a3")]
    [InlineData("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumam+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T")]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW ")]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhM QegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    public void Another_text_is_not_a_key(string text)
    {
        Assert.True(VerifierKey.TryParse(Good, out var key));
        Assert.Equal(Good, key.ToString());
        Assert.False(VerifierKey.TryParse(text, out _));
    }

    [Theory]
    [InlineData(Good, 1)]
    [InlineData(Good + "\n", 1)]
    [InlineData(Good + "\r\n" + Good + " 0-41\r\n", 2)]
    [InlineData("", 0)]
    [InlineData("\n\n", 0)]
    [InlineData(Good + "\nhello\n", 0)]
    [InlineData(Good + " 41\n", 0)]
    [InlineData(Good + " 41-0\n", 0)]
    [InlineData(Good + " 0-041\n", 0)]
    [InlineData(Good + "  0-41\n", 0)]
    [InlineData(Good + " 0-41 \n", 0)]
    [InlineData("# comment\n" + Good, 0)]
    public void Published_keys_stand_one_on_each_line(string text, int keys)
    {
        Assert.Equal(keys > 0, KeyRing.TryParse(text, out var ring));
        Assert.Equal(keys, ring?.Keys.Count ?? 0);
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(20, true)]
    [InlineData(21, false)]
    public void A_retired_key_counts_for_the_sizes_it_signed(int size, bool counts)
    {
        var seed = new byte[32];
        var key = VerifierKey.Create("log.example", Rfc8032.PublicKey(seed));
        var head = new TreeHead("log.example", new(size), Hash.Zero);
        var note = SignedTreeHead.Compose(head, [(key, Rfc8032.Sign(seed, head.Body()))]).Note;
        Assert.True(KeyRing.TryParse($"{Good}\n{key} 10-20\n", out var ring));
        Assert.Equal(counts, ring.TryOpen(note, out var opened));
        Assert.Equal(counts ? head : null, opened);
        Assert.True(new KeyRing(key).TryOpen(note, out _));
    }

    [Fact]
    public void A_key_that_could_not_be_written_is_not_made()
    {
        Assert.Throws<ArgumentException>(() => VerifierKey.Create("two words", new byte[32]));
        Assert.Throws<ArgumentException>(() => VerifierKey.Create("a+b", new byte[32]));
        Assert.Throws<ArgumentException>(() => VerifierKey.Create("", new byte[32]));
        Assert.Throws<ArgumentException>(() => VerifierKey.Create("a", new byte[31]));
    }
}
