using System.Collections;
using System.Globalization;
using System.Text;
using QRCoder;

namespace PacSpace.Features.Documents;

/// <summary>The parts that every document of ours is made of. Words are fixed and English; names and texts come from the vendor.</summary>
internal static class Paper
{
    /// <summary>A name or total that takes more room is set smaller.</summary>
    private const int LongName = 40;
    private const int LongTotal = 30;

    /// <summary>A whole document, or one part of it.</summary>
    /// <param name="title">Metadata names the vendor and nobody else.</param>
    public static Markup Document(string title, string vendor, DateTimeOffset? createdAt, IEnumerable<Markup> pages) => Markup.Of(
        $"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"/><title>{title}</title><meta name=\"author\" content=\"{vendor}\"/>{Created(createdAt)}</head><body>{pages}</body></html>");

    public static Markup Page(string vendor, int number, int count, PaperFormat format, Markup content) => Markup.Of(
        $"""
        <section>{content}<div class="foot"><div class="left">Written by <bdi>{vendor}</bdi>. Visible to both. Owned by neither.</div><div class="right">Powered by PacSpace &#160;·&#160; Page {format.Count(number)} of {format.Count(count)}</div></div></section>
        """);

    public static Markup Heading(string kind, string period, string environment, string vendor) => Markup.Of(
        $"""<p class="kind"><b>{kind}</b> &#160;·&#160; {period}{(environment == "production" ? "" : " · Sandbox")}</p><h1{Long(vendor, LongName)}>Recorded by <bdi>{vendor}</bdi></h1>""");

    public static Markup Total(string total, bool isNetOfBoth, string through) => Markup.Of(
        $"""<p class="total{(TextFit.WidthOf(total) > LongTotal * 60 ? " long" : "")}">{total}</p>{(isNetOfBoth ? Markup.Of($"<p class=\"note\">Net of increases and decreases.</p>") : default)}<p class="through">{through}</p>""");

    /// <summary>Pairs of facts in two columns.</summary>
    public static Markup Facts(IReadOnlyList<(string Name, string Value)> facts) => Markup.Of(
        $"""<dl class="facts">{facts.Select((fact, i) => Markup.Of($"""<div class="half{(i % 2 == 1 ? " last" : "")}"><dt>{fact.Name}</dt><dd><bdi>{fact.Value}</bdi></dd></div>"""))}</dl><div class="clear"></div>""");

    /// <summary>Names and values, the values in a fixed pitch where they are to be compared letter by letter.</summary>
    public static Markup Proof(IEnumerable<(string Name, string Value)> proofs) => Markup.Of(
        $"""<div class="proof"><h2>Proof available</h2><dl>{proofs.Select(proof => Markup.Of($"<div><dt>{proof.Name}</dt><dd><code>{proof.Value}</code></dd></div>"))}</dl></div>""");

    public static Markup Link(string url) => Markup.Of($"""<a href="{url}"><code>{url}</code></a>""");

    /// <summary>One path of black modules; the quiet zone of four modules is inside.</summary>
    public static Markup QrCode(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = code.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows[y].Length; x++)
            {
                var run = Run(rows[y], x);
                if (run > 0) path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h{run}v1h-{run}z");
                x += run;
            }
        }

        return Markup.Of($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {rows.Count} {rows.Count}"><path d="{path.ToString()}"/></svg>""");
    }

    /// <summary>Pages never have more than one size of name; whoever has a very long one sees it smaller and whole.</summary>
    private static Markup Long(string text, int chars) => TextFit.WidthOf(text) > chars * 60 ? Markup.Of($" class=\"long\"") : default;

    private static Markup Created(DateTimeOffset? at) => at is { } instant
        ? Markup.Of($"<meta name=\"dcterms.created\" content=\"{instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}\"/>")
        : default;

    private static int Run(BitArray row, int from)
    {
        var to = from;
        while (to < row.Length && row[to]) to++;
        return to - from;
    }
}
