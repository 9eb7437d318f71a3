using System.Text.Json;

namespace PacSpace.Evidence.Tests.Notes;

public sealed class GoldenTreeHeadTests
{
    private static readonly JsonElement File = Golden.Read("tree-heads.json");

    private static VerifierKey Key =>
        VerifierKey.TryParse(File.GetProperty("verifierKey").GetString()!, out var key) ? key : throw new FormatException();

    [Fact]
    public void The_verifier_key_has_the_golden_text()
    {
        Assert.Equal(File.GetProperty("origin").GetString(), Key.Origin);
        var publicKey = Convert.FromHexString(File.GetProperty("publicKeyHex").GetString()!);
        Assert.Equal(publicKey, Key.PublicKey.ToArray());
        Assert.Equal(File.GetProperty("verifierKey").GetString(), VerifierKey.Create(Key.Origin, publicKey).ToString());
    }

    [Fact]
    public void Each_golden_note_holds_and_none_holds_with_a_changed_character()
    {
        var notes = File.GetProperty("notes").EnumerateArray().Select(note => note.GetString()!).ToList();
        Assert.NotEmpty(notes);
        foreach (var note in notes)
        {
            Assert.True(SignedTreeHead.TryParse(note, out var signed));
            Assert.True(signed.IsSignedBy(Key));
            for (var i = 0; i < note.Length; i++)
            {
                var changed = note.ToCharArray();
                changed[i] ^= (char)1;
                Assert.False(SignedTreeHead.TryParse(new string(changed), out var other) && other.IsSignedBy(Key), $"character {i}");
            }
        }
    }
}
