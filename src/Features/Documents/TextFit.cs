using System.Globalization;
using System.Text;

namespace PacSpace.Features.Documents;

/// <summary>Breaks text into lines that fit a width, so that a table's pages are known before anything is laid out.</summary>
/// <remarks>Widths are those of Inter Regular in hundredths of an em, and no less than the real ones for everything else: a line may
/// end early and never runs over. A line breaks after a space, else wherever it must.</remarks>
internal static class TextFit
{
    // U+0020 … U+007E. The source is the font's hmtx table, rounded up; digits are as wide as the widest, as they are set.
    private static ReadOnlySpan<byte> Ascii =>
    [
        29, 29, 41, 65, 65, 82, 65, 23, 37, 37, 51, 67, 29, 47, 29, 37, 65, 65, 65, 65, 65, 65, 65, 65, 65, 65, 29, 29, 67, 67, 67, 52,
        95, 69, 66, 74, 73, 61, 60, 75, 75, 27, 55, 66, 57, 90, 76, 77, 64, 77, 65, 65, 65, 75, 69, 96, 65, 67, 63, 37, 37, 37, 48, 46,
        51, 57, 63, 57, 63, 59, 37, 62, 60, 25, 25, 55, 25, 88, 60, 61, 62, 62, 38, 53, 37, 59, 57, 82, 55, 57, 55, 37, 34, 37, 67,
    ];

    private const int Narrow = 80;
    private const int Wide = 135;

    /// <param name="width">In em.</param>
    /// <returns>At least one line; together the text, but for white space at breaks. Line ends and tabs are spaces.</returns>
    public static IReadOnlyList<string> Lines(string text, double width)
    {
        var room = (int)(width * 100);
        if (text.Length * Wide <= room && text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0) return [text];

        var lines = new List<string>();
        var line = new StringBuilder();
        var (used, lastSpace) = (0, -1);
        foreach (var cluster in Clusters(text))
        {
            var piece = cluster is "\r\n" or "\n" or "\r" or "\t" ? " " : cluster;
            var next = WidthOf(piece);
            // Twice where what followed the last space leaves no room either.
            while (used + next > room && line.Length > 0)
            {
                if (piece == " ") // it stands in the margin and is not seen
                {
                    Break(line.Length);
                    piece = "";
                    break;
                }

                Break(lastSpace >= 0 ? lastSpace + 1 : line.Length);
            }

            if (piece.Length == 0) continue;
            if (piece == " ") lastSpace = line.Length;
            line.Append(piece);
            used += next;
        }

        if (line.Length > 0 || lines.Count == 0) lines.Add(line.ToString().TrimEnd(' '));
        return lines;

        void Break(int at)
        {
            lines.Add(line.ToString(0, at).TrimEnd(' '));
            line.Remove(0, at);
            lastSpace = -1;
            used = WidthOf(line.ToString());
        }
    }

    /// <summary>In hundredths of an em; not less than what it takes.</summary>
    public static int WidthOf(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += rune.Value switch
            {
                >= 0x20 and <= 0x7e => Ascii[rune.Value - 0x20],
                < 0x590 => Narrow, // Latin, Greek and Cyrillic
                _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format ? 0 : Wide,
            };
        }

        return width;
    }

    /// <summary>Letters of the text font; others bring a font of their own with a line height of its own.</summary>
    public static bool IsPlain(string text) => text.AsSpan().IndexOfAnyExceptInRange(' ', '\u024f') < 0;

    private static IEnumerable<string> Clusters(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(text, at);
            yield return text.Substring(at, length);
            at += length;
        }
    }
}
