using System.Text;
using PacSpace.Features.Documents;
using Xunit;

namespace PacSpace.Features.Tests.Documents;

/// <summary>The pure parts: escaping, lines, pages, cells.</summary>
public sealed class LayoutTests
{
    [Fact]
    public void What_is_put_into_markup_is_text_whatever_it_says()
    {
        const string Name = "<script src='//evil'>&\"\u0000\u001b\uFFFF";
        var inner = Markup.Of($"<b>{Name}</b>");
        Assert.Equal("<b>&lt;script src=&#39;//evil&#39;&gt;&amp;&quot;\uFFFD\uFFFD\uFFFD</b>", inner.ToString());
        Assert.Equal($"<i title=\"&quot;\">{inner}</i>", Markup.Of($"<i title=\"{"\""}\">{inner}</i>").ToString());
    }

    [Fact]
    public void Lines_break_after_spaces_or_where_they_must_and_lose_no_letter()
    {
        (string Text, double Width, string[] Lines)[] table =
        [
            ("",                       10, [""]),
            ("tokens",                 10, ["tokens"]),
            ("one two three",          4,  ["one two", "three"]),
            ("onetwothree",            3,  ["onetw", "othre", "e"]),
            ("a\nb\tc\r\nd",           99, ["a b c d"]),
            ("推理批次推理",             3,  ["推理", "批次", "推理"]),
            ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦",                4,  ["👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"]),
        ];
        foreach (var (text, width, lines) in table) Assert.Equal((text, string.Join('|', lines)), (text, string.Join('|', TextFit.Lines(text, width))));
    }

    [Fact]
    public void Every_line_of_any_text_fits()
    {
        var random = new Random(7);
        for (var i = 0; i < 2_000; i++)
        {
            var text = new StringBuilder();
            for (var n = random.Next(60); n >= 0; n--) text.Append(new Rune(random.Next(4) switch { 0 => ' ', 1 => random.Next(0x21, 0x7f), 2 => random.Next(0x600, 0x6ff), _ => random.Next(0x4e00, 0x9fff) }).ToString());
            var lines = TextFit.Lines(text.ToString(), 6);
            Assert.All(lines, line => Assert.True(TextFit.WidthOf(line) <= 600, line));
            Assert.Equal(text.ToString().Replace(" ", "", StringComparison.Ordinal), string.Concat(lines).Replace(" ", "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Rows_fill_pages_in_order()
    {
        (byte[] Lines, int OnFirst, int OnOthers, int[] FirstOnPage, int Free)[] table =
        [
            ([],                    3, 5, [0, 0],          3),
            ([1],                   3, 5, [0, 1],          2),
            ([1, 1, 1],             3, 5, [0, 3],          0),
            ([1, 1, 1, 1],          3, 5, [0, 3, 4],       4),
            ([2, 2, 2],             3, 5, [0, 1, 3],       1),
            ([4, 1],                3, 5, [0, 0, 2],       0), // too high for the first page
            ([9, 9, 1],             3, 5, [0, 0, 1, 2, 3], 4), // higher than a page: one of its own
        ];
        foreach (var (lines, onFirst, onOthers, first, free) in table)
        {
            var plan = RecordTable.Of(lines, onFirst, onOthers);
            Assert.Equal((string.Join(' ', lines), string.Join(' ', first), free), (string.Join(' ', lines), string.Join(' ', plan.FirstOnPage), plan.FreeOnLast));
        }
    }

    [Fact]
    public void A_cell_is_quoted_and_no_formula()
    {
        (string Text, string Cell)[] table =
        [
            ("",              "\"\""),
            ("tokens",        "\"tokens\""),
            ("say \"hi\"",    "\"say \"\"hi\"\"\""),
            ("\"",            "\"\"\"\""),
            ("a,b\r\nc",      "\"a,b\r\nc\""),
            ("=1+2",          "\"'=1+2\""),
            ("+1",            "\"'+1\""),
            ("-1",            "\"'-1\""),
            ("@sum",          "\"'@sum\""),
            ("\tx",           "\"'\tx\""),
            ("\rx",           "\"'\rx\""),
            (" =1",           "\" =1\""),
            ("1=1",           "\"1=1\""),
            ("日本",           "\"日本\""),
        ];
        foreach (var (text, cell) in table)
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            var to = new byte[CsvText.MaxBytes(utf8.Length)];
            Assert.Equal((text, cell), (text, Encoding.UTF8.GetString(to.AsSpan(0, CsvText.Write(utf8, to)))));
        }
    }
}
