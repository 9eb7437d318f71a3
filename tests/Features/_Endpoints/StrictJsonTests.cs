using System.Text;
using PacSpace.Features.Endpoints;
using Xunit;

namespace PacSpace.Features.Tests.Endpoints;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("grüße", "grüße")]
    [InlineData("""\"\\\/\b\f\n\r\t""", "\"\\/\b\f\n\r\t")]
    [InlineData("""\u0041\u00e9""", "Aé")]
    [InlineData("""\ud83d\ude00!""", "😀!")]
    [InlineData("""a\u0001b""", "a\u0001b")]
    public void A_text_is_read_as_it_was_meant(string token, string text)
    {
        Assert.True(StrictJson.TryReadText(Encoding.UTF8.GetBytes(token), out var read, out _));
        Assert.Equal(text, read);
    }

    [Theory]
    [InlineData("""\u0000""", "must not contain U+0000")]
    [InlineData("""\ud83d""", "must not contain an unpaired surrogate")]
    [InlineData("""\ude00""", "must not contain an unpaired surrogate")]
    [InlineData("""\ud83dx""", "must not contain an unpaired surrogate")]
    [InlineData("""\ud83d\n""", "must not contain an unpaired surrogate")]
    [InlineData("""\ud83d\ud83d\ude00""", "must not contain an unpaired surrogate")]
    [InlineData("""\ude00\ud83d""", "must not contain an unpaired surrogate")]
    public void A_text_that_no_text_can_be_is_refused(string token, string complaint)
    {
        Assert.False(StrictJson.TryReadText(Encoding.UTF8.GetBytes(token), out _, out var said));
        Assert.Equal(complaint, said);
    }

    [Fact]
    public void An_unescaped_text_longer_than_the_stack_buffer_is_read_whole()
    {
        var text = string.Concat(Enumerable.Repeat("é\\n", 5_000));

        Assert.True(StrictJson.TryReadText(Encoding.UTF8.GetBytes(text), out var read, out _));
        Assert.Equal(text.Replace("\\n", "\n", StringComparison.Ordinal), read);
    }
}
