using System.Globalization;
using System.Text;

namespace PacSpace.Evidence;

/// <summary>What a log says about itself at one size; the text that its key signs.</summary>
/// <remarks>
/// <code>
/// &lt;origin&gt;
/// &lt;size, decimal&gt;
/// &lt;root, standard base64&gt;
/// </code>
/// each line ended by U+000A. C2SP calls this a checkpoint. Our logs write no extension lines and a tree head that has some is
/// refused.
/// </remarks>
/// <param name="Origin">The log's name.</param>
/// <param name="Size">The number of its entries.</param>
/// <param name="Root">The root over them.</param>
public sealed record TreeHead(string Origin, TreeSize Size, Hash Root)
{
    /// <summary>The signed bytes.</summary>
    /// <exception cref="InvalidOperationException">The origin cannot be a key's name.</exception>
    public byte[] Body() => Encoding.UTF8.GetBytes(Text());

    internal string Text() => VerifierKey.IsName(Origin)
        ? string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size.Value}\n{Convert.ToBase64String(Root.Bytes)}\n")
        : throw new InvalidOperationException("The origin of a tree head cannot be a key's name.");

    /// <summary>Reads a body and nothing else than what <see cref="Body"/> writes.</summary>
    internal static TreeHead? Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length != 4 || !VerifierKey.IsName(lines[0])) return null;
        Span<byte> digits = stackalloc byte[64];
        if (lines[1].Length > 16 || !Encoding.UTF8.TryGetBytes(lines[1], digits, out var length)
            || !Count.TryParse(digits[..length], out var size)) return null;
        if (!StandardBase64.TryDecode(lines[2], out var root) || root.Length != Hash.Size) return null;
        var head = new TreeHead(lines[0], new(size), Hash.FromBytes(root));
        return head.Text() == text ? head : null;
    }
}
