using System.Collections;
using System.Globalization;
using System.Text;
using PacSpace.Features.Display;
using QRCoder;

namespace PacSpace.Features.Documents;

/// <summary>The parts that every document of ours is made of. Words are fixed and English; names and texts come from the vendor.</summary>
internal static class Paper
{
    // Lines that fit the sheet's 170 mm, in em of the two sizes in document.css, with something to spare for the bold cut.
    private const double NameEm = 26;
    private const double TotalEm = 17.5;

    private const double NameLineHeight = 8.2; // millimetres
    private const double TotalLineHeight = 11;

    /// <summary>A whole document, or one part of it.</summary>
    /// <param name="title">Metadata names the vendor and nobody else.</param>
    public static Markup Document(string title, string vendor, DateTimeOffset? createdAt, IEnumerable<Markup> pages) => Markup.Of(
        $"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"/><title>{title}</title><meta name=\"author\" content=\"{vendor}\"/>{Created(createdAt)}</head><body>{pages}</body></html>");

    public static Markup Page(string vendor, int number, int count, PaperFormat format, Markup content) => Markup.Of(
        $"""
        <section>{content}<div class="foot"><div class="left">Written by {vendor}. Visible to both. Owned by neither.</div><div class="right">Powered by PacSpace &#160;·&#160; Page {format.Count(number)} of {format.Count(count)}</div></div></section>
        """);

    public static Markup Heading(string kind, string period, string environment, string vendor) => Markup.Of(
        $"""<p class="kind"><b>{kind}</b> &#160;·&#160; {period}{(environment == "production" ? "" : " · Sandbox")}</p><h1{(NameLines(vendor) > 2 ? Markup.Of($" class=\"long\"") : default)}>{RecordWords.RecordedBy(vendor)}</h1>""");

    public static Markup Total(string total, bool isNetOfBoth, string through) => Markup.Of(
        $"""<p class="total{(TotalLines(total) > 1 ? " long" : "")}">{total}</p>{(isNetOfBoth ? Markup.Of($"<p class=\"note\">Net of increases and decreases.</p>") : default)}<p class="through">{through}</p>""");

    /// <summary>Pairs of facts in two columns.</summary>
    public static Markup Facts(IReadOnlyList<(string Name, string Value)> facts) => Markup.Of(
        $"""<dl class="facts">{facts.Select((fact, i) => Markup.Of($"""<div class="half{(i % 2 == 1 ? " last" : "")}"><dt>{fact.Name}</dt><dd>{fact.Value}</dd></div>"""))}</dl><div class="clear"></div>""");

    /// <summary>Names and values, the values in a fixed pitch where they are to be compared letter by letter.</summary>
    public static Markup Proof(IEnumerable<(string Name, string Value)> proofs) => Markup.Of(
        $"""<div class="proof"><h2>Proof available</h2><dl>{proofs.Select(proof => Markup.Of($"<div><dt>{proof.Name}</dt><dd><code>{proof.Value}</code></dd></div>"))}</dl></div>""");

    /// <summary>A name inside a sentence. One that is written from right to left stands in a box of its own: the renderer takes the direction
    /// of each line from the line's first letter, and would turn around the line that begins within the name.</summary>
    public static Markup Name(string name) => HasRightToLeft(name) ? Markup.Of($"""<span class="name">{name}</span>""") : Markup.Of($"{name}");

    /// <summary>A sentence that names somebody.</summary>
    public static Markup Sentence(string sentence, string name) => sentence.IndexOf(name, StringComparison.Ordinal) is >= 0 and var at
        ? Markup.Of($"{sentence[..at]}{Name(name)}{sentence[(at + name.Length)..]}")
        : Markup.Of($"{sentence}");

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

    /// <summary>What a heading takes beyond one line of name and one of total, in millimetres.</summary>
    public static double ExtraHeight(string vendor, string total) =>
        (NameLineHeight * (Math.Min(3, NameLines(vendor)) - 1)) + (TotalLineHeight * (Math.Min(2, TotalLines(total)) - 1));

    private static int NameLines(string vendor) => TextFit.Lines(RecordWords.RecordedBy(vendor), NameEm).Count;

    private static int TotalLines(string total) => TextFit.Lines(total, TotalEm).Count;

    /// <summary>Hebrew, Arabic, Syriac and their kin, by their blocks.</summary>
    private static bool HasRightToLeft(string text) => text.EnumerateRunes().Any(
        rune => rune.Value is (>= 0x590 and <= 0x8ff) or (>= 0xfb1d and <= 0xfdff) or (>= 0xfe70 and <= 0xfefc) or (>= 0x10800 and <= 0x10fff) or (>= 0x1e800 and <= 0x1efff));

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
