using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace PacSpace.Features.Documents;

/// <summary>Well-formed XHTML. What stands in a template is markup and what is put into it is text: an interpolated value is escaped
/// because of what it is, and nobody can forget it.</summary>
/// <remarks><c>Markup.Of($"&lt;p>{name}&lt;/p>")</c>: the literal parts as they are, <c>name</c> escaped, another markup as it is.
/// Characters that XML cannot hold become U+FFFD.</remarks>
internal readonly struct Markup
{
    private static readonly SearchValues<char> s_special = SearchValues.Create(
        "&<>\"'\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000B\u000C\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\uFFFE\uFFFF");

    private readonly string? _text;

    private Markup(string text) => _text = text;

    public static Markup Of(Template template) => new(template.Finish());

    public static Markup Join(IEnumerable<Markup> parts) => new(string.Concat(parts));

    /// <summary>Markup that another program made; never what anybody sent.</summary>
    public static Markup Trusted(string markup) => new(markup);

    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(ToString());

    public override string ToString() => _text ?? "";

    public static void Append(StringBuilder to, ReadOnlySpan<char> text)
    {
        while (true)
        {
            var at = text.IndexOfAny(s_special);
            if (at < 0) break;
            to.Append(text[..at]);
            to.Append(text[at] switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", '"' => "&quot;", '\'' => "&#39;", _ => "\uFFFD" });
            text = text[(at + 1)..];
        }

        to.Append(text);
    }

    [InterpolatedStringHandler]
    internal readonly ref struct Template(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _text = new(literalLength + (formattedCount * 16));

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted(Markup markup) => _text.Append(markup.ToString());

        public void AppendFormatted(string? text) => Append(_text, text);

        public void AppendFormatted(int number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(IEnumerable<Markup> parts)
        {
            foreach (var part in parts) _text.Append(part.ToString());
        }

        public string Finish() => _text.ToString();
    }
}
