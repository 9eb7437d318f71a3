using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace PacSpace.Portal;

/// <summary>The verifier as one HTML file (portal 4.4): the same modules as on the pages, joined; opened from disk, it makes no request.</summary>
/// <remarks>Its policy names its one script and its one style by their hashes and allows nothing else, so that not even a fault in it could send anything.</remarks>
internal static class SavedVerifier
{
    public const string FileName = "pacspace-verifier.html";

    private const string Folder = "verifier/";

    private static readonly Lazy<string> s_withoutKeys = new(Compose);

    /// <param name="keys">Verifier keys to save in it, one on each line.</param>
    public static byte[] With(string keys) => Encoding.UTF8.GetBytes(s_withoutKeys.Value.Replace("{{keys}}", HtmlEncoder.Default.Encode(keys), StringComparison.Ordinal));

    private static string Compose()
    {
        var script = Modules.Joined("verifier.js", name => name == "verifier.js" ? Modules.Dense(Text(name)) : Assets.TextOf(name));
        var style = Text("verifier.css");
        return Text("verifier.html")
            .Replace("{{script hash}}", HashOf(script), StringComparison.Ordinal)
            .Replace("{{style hash}}", HashOf(style), StringComparison.Ordinal)
            .Replace("{{style}}", style, StringComparison.Ordinal)
            .Replace("{{script}}", script, StringComparison.Ordinal);
    }

    private static string HashOf(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static string Text(string name)
    {
        using var stream = typeof(SavedVerifier).Assembly.GetManifestResourceStream(Folder + name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
