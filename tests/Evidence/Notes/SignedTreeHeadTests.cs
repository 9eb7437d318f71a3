using System.Text;

namespace PacSpace.Evidence.Tests.Notes;

public sealed class SignedTreeHeadTests
{
    private const string Origin = "localhost/log/test";
    private static readonly byte[] Seed = [.. Enumerable.Repeat((byte)7, 32)];
    private static readonly VerifierKey Key = VerifierKey.Create(Origin, Rfc8032.PublicKey(Seed));
    private static readonly TreeHead Head = new(Origin, new(42), Hash.Sha256("root"u8));
    private static readonly string Note = Sign(Head, Key, Seed).Note;

    private static SignedTreeHead Sign(TreeHead head, VerifierKey key, byte[] seed) =>
        SignedTreeHead.Compose(head, [(key, Rfc8032.Sign(seed, head.Body()))]);

    private static string Line => Note[(Note.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];

    private static string SignedText(string text) =>
        text + "\n" + $"— {Origin} {Convert.ToBase64String([.. BitConverter.GetBytes(Key.KeyId).Reverse(), .. Rfc8032.Sign(Seed, Encoding.UTF8.GetBytes(text))])}\n";

    private static bool Holds(string note) => SignedTreeHead.TryParse(note, out var treeHead) && treeHead.IsSignedBy(Key);

    [Fact]
    public void What_is_composed_holds_and_says_the_same()
    {
        Assert.True(SignedTreeHead.TryParse(Note, out var treeHead));
        Assert.Equal(Head, treeHead.Head);
        Assert.Equal(Note, treeHead.Note);
        Assert.True(treeHead.IsSignedBy(Key));
        Assert.True(Holds(SignedText($"{Origin}\n42\n{Convert.ToBase64String(Head.Root.Bytes)}\n")));
    }

    [Fact]
    public void Every_prefix_is_refused()
    {
        for (var length = 0; length < Note.Length; length++) Assert.False(Holds(Note[..length]), $"{length} characters");
    }

    /// <summary>Texts signed by the right key which are still no tree head of ours.</summary>
    [Theory]
    [InlineData("size with a zero in front", "{origin}\n042\n{root}\n")]
    [InlineData("size with a sign", "{origin}\n+42\n{root}\n")]
    [InlineData("negative size", "{origin}\n-42\n{root}\n")]
    [InlineData("size past 2^53", "{origin}\n9007199254740992\n{root}\n")]
    [InlineData("no size", "{origin}\n\n{root}\n")]
    [InlineData("space after the size", "{origin}\n42 \n{root}\n")]
    [InlineData("extension line", "{origin}\n42\n{root}\nmore\n")]
    [InlineData("carriage returns", "{origin}\r\n42\r\n{root}\r\n")]
    [InlineData("root cut", "{origin}\n42\nAAAA\n")]
    [InlineData("root without padding", "{origin}\n42\n{unpadded}\n")]
    [InlineData("root with stray bits", "{origin}\n42\n{stray}\n")]
    [InlineData("root with white space", "{origin}\n42\n {root}\n")]
    [InlineData("no root", "{origin}\n42\n")]
    [InlineData("no origin", "\n42\n{root}\n")]
    [InlineData("another origin", "localhost/log/other\n42\n{root}\n")]
    [InlineData("origin with a space", "local host\n42\n{root}\n")]
    [InlineData("empty", "\n")]
    public void A_signed_text_of_another_form_is_refused(string what, string template)
    {
        var root = Convert.ToBase64String(Head.Root.Bytes);
        var text = template.Replace("{origin}", Origin, StringComparison.Ordinal)
            .Replace("{root}", root, StringComparison.Ordinal)
            .Replace("{unpadded}", root.TrimEnd('='), StringComparison.Ordinal)
            .Replace("{stray}", root[..42] + (char)(root[42] + 1) + "=", StringComparison.Ordinal);
        Assert.False(Holds(SignedText(text)), what);
    }

    public static TheoryData<string, string> BadSignatureParts => new()
    {
        { "no signature", "" },
        { "hyphen for the dash", Line.Replace('—', '-') },
        { "two spaces", Line.Replace("— ", "—  ", StringComparison.Ordinal) },
        { "no final newline", Line.TrimEnd('\n') },
        { "an empty line at the end", Line + "\n" },
        { "carriage return", Line.Replace("\n", "\r\n", StringComparison.Ordinal) },
        { "another name", Line.Replace(Origin, "localhost/log/other", StringComparison.Ordinal) },
        { "something after the signature", Line.Replace("\n", " x\n", StringComparison.Ordinal) },
        { "not base64", Line.Replace("\n", "!\n", StringComparison.Ordinal) },
        { "no padding", Line.Replace("=\n", "\n", StringComparison.Ordinal) },
        { "a key id alone", $"— {Origin} AAAAAA==\n" },
        { "a line of another kind", Line + "hello\n" },
        { "a name with a plus", Line + "— a+b AAAAAAAA\n" },
        { "a control character in a name", Line + "— a\u0001b AAAAAAAA\n" },
        { "a Unicode space in a name", Line + "— a\u00a0b AAAAAAAA\n" },
        { "a good line and then a bad one of the same key", Line + $"— {Origin} {BadSignature()}\n" },
        { "a bad line of the same key and then a good one", $"— {Origin} {BadSignature()}\n" + Line },
        { "too many lines", Line + string.Concat(Enumerable.Repeat("— other.example AAAAAAAA\n", 100)) },
    };

    private static string BadSignature() => Convert.ToBase64String([.. BitConverter.GetBytes(Key.KeyId).Reverse(), .. new byte[64]]);

    [Theory]
    [MemberData(nameof(BadSignatureParts))]
    public void A_note_whose_signatures_are_not_to_the_letter_is_refused(string what, string signatures)
    {
        Assert.True(Holds(Encoding.UTF8.GetString(Head.Body()) + "\n" + Line));
        Assert.False(Holds(Encoding.UTF8.GetString(Head.Body()) + "\n" + signatures), what);
    }

    [Fact]
    public void Signatures_of_others_are_ignored()
    {
        var others = string.Concat(Enumerable.Repeat("— witness.example AAAAAAAA\n", 50));
        Assert.True(Holds(Note + others));
        Assert.True(Holds(Note.Replace(Line, others + Line, StringComparison.Ordinal)));
        Assert.True(Holds(Note + Line));
        // The same name with another key id is another key.
        Assert.True(Holds(Note + $"— {Origin} AAAAAAAA\n"));
    }

    [Fact]
    public void Another_key_of_the_same_name_signs_nothing_for_us()
    {
        byte[] otherSeed = [.. Enumerable.Repeat((byte)8, 32)];
        var other = VerifierKey.Create(Origin, Rfc8032.PublicKey(otherSeed));
        Assert.False(Holds(Sign(Head, other, otherSeed).Note));
        var both = SignedTreeHead.Compose(Head, [(other, Rfc8032.Sign(otherSeed, Head.Body())), (Key, Rfc8032.Sign(Seed, Head.Body()))]);
        Assert.True(both.IsSignedBy(Key) && both.IsSignedBy(other));
    }

    [Fact]
    public void What_cannot_be_a_note_is_not_composed()
    {
        Assert.Throws<ArgumentException>(() => SignedTreeHead.Compose(Head, []));
        Assert.Throws<ArgumentException>(() => SignedTreeHead.Compose(Head, [(Key, new byte[63])]));
        Assert.Throws<InvalidOperationException>(() => (Head with { Origin = "two words" }).Body());
    }
}
