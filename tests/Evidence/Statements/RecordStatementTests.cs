using System.Text;
using System.Text.Json;

namespace PacSpace.Evidence.Tests.Statements;

public sealed class RecordStatementTests
{
    internal static readonly RecordStatement Example = new()
    {
        LedgerId = "ldg_01",
        RecordId = "rec_02",
        CustomerId = "cust_001",
        Seq = 2,
        Prev = Hash.Sha256("before"u8),
        Delta = Amount.FromDecimal(-42.5m),
        BalanceAfter = Amount.FromDecimal(457.5m),
        Unit = "tokens",
        Reason = "usage",
        ReferenceId = "inv_1",
        MetadataHash = Hash.Sha256("metadata"u8),
        Adjusts = "rec_01",
        AcceptedAt = Golden.Time("2026-04-02T10:00:00.123456Z"),
    };

    private static readonly string Text = Encoding.UTF8.GetString(Example.ToUtf8());

    private static bool Reads(string text) => RecordStatement.TryParse(Encoding.UTF8.GetBytes(text), out _);

    [Fact]
    public void What_is_written_is_read()
    {
        Assert.True(RecordStatement.TryParse(Example.ToUtf8(), out var read));
        Assert.Equal(Example, read);
        var bare = Example with { Unit = null, ReferenceId = null, MetadataHash = null, Adjusts = null };
        Assert.True(RecordStatement.TryParse(bare.ToUtf8(), out read));
        Assert.Equal(bare, read);
    }

    /// <summary>A part of the statement and what stands in its place.</summary>
    [Theory]
    [InlineData("\"seq\":\"2\"", "\"seq\": \"2\"")]
    [InlineData("{\"acc", "{ \"acc")]
    [InlineData("/1\"}", "/1\"} ")]
    [InlineData("/1\"}", "/1\"}\n")]
    [InlineData("/1\"}", "/1\"}{}")]
    [InlineData("/1\"}", "/1\"")]
    [InlineData("/1\"}", "/2\"}")]
    [InlineData("\"usage\"", "\"us\\u0061ge\"")]
    [InlineData("\"usage\"", "\"us\\/age\"")]
    [InlineData("\"usage\"", "\"us\\u000aage\"")]
    [InlineData("\"usage\"", "\"us\\u001Fage\"")]
    [InlineData("\"usage\"", "\"us\\u0022age\"")]
    [InlineData("\"usage\"", "\"us\\qage\"")]
    [InlineData("\"usage\"", "\"usage\\\"")]
    [InlineData("\"usage\"", "\"us\nage\"")]
    [InlineData("\"usage\"", "\"us\\ud83d\\ude00age\"")]
    [InlineData("\"usage\"", "\"us\\u00\"")]
    [InlineData("\"usage\"", "\"\"")]
    [InlineData("\"usage\"", "null")]
    [InlineData("\"usage\"", "5")]
    [InlineData("\"usage\"", "{}")]
    [InlineData("\"reason\":\"usage\",", "")]
    [InlineData("\"v\":", "\"w\":")]
    [InlineData("\"unit\":\"tokens\"", "\"unit\":\"\"")]
    [InlineData("\"unit\":\"tokens\"", "\"unit\":null")]
    [InlineData("\"unit\":\"tokens\"", "\"unit\":\"tokens\",\"unit\":\"tokens\"")]
    [InlineData("\"unit\":\"tokens\"", "\"unit\":\"tokens\",\"x\":\"y\"")]
    [InlineData("\"seq\":\"2\",\"unit\":\"tokens\"", "\"unit\":\"tokens\",\"seq\":\"2\"")]
    [InlineData("\"seq\":\"2\"", "\"seq\":\"02\"")]
    [InlineData("\"seq\":\"2\"", "\"seq\":\"0\"")]
    [InlineData("\"seq\":\"2\"", "\"seq\":\"-2\"")]
    [InlineData("\"seq\":\"2\"", "\"seq\":\"2.0\"")]
    [InlineData("\"seq\":\"2\"", "\"seq\":\"9007199254740992\"")]
    [InlineData("\"seq\":\"2\"", "\"seq\":\"1\"")]
    [InlineData("-42.5", "-42.50")]
    [InlineData("-42.5", "0")]
    [InlineData("-42.5", "-0")]
    [InlineData("457.5", "4575e-1")]
    [InlineData("10:00:00.123456Z", "10:00:00.123Z")]
    [InlineData("10:00:00.123456Z", "10:00:00.123456+00:00")]
    [InlineData("\"prev\":\"", "\"prev\":\"0x")]
    [InlineData("\"metadataHash\":\"", "\"metadataHash\":\"A")]
    public void A_second_spelling_or_another_form_is_refused(string part, string instead)
    {
        Assert.Contains(part, Text, StringComparison.Ordinal);
        Assert.True(Reads(Text));
        Assert.False(Reads(Text.Replace(part, instead, StringComparison.Ordinal)), instead);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        var bytes = Example.ToUtf8();
        var at = Text.IndexOf("usage", StringComparison.Ordinal);
        foreach (var bad in new byte[][] { [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc3] })
            Assert.False(RecordStatement.TryParse([.. bytes[..at], .. bad, .. bytes[at..]], out _));
        Assert.False(RecordStatement.TryParse([0xef, 0xbb, 0xbf, .. bytes], out _));
    }

    [Fact]
    public void Every_prefix_is_refused()
    {
        var bytes = Example.ToUtf8();
        for (var length = 0; length < bytes.Length; length++) Assert.False(RecordStatement.TryParse(bytes.AsSpan(0, length), out _));
    }

    [Fact]
    public void The_first_record_has_none_before_it()
    {
        var first = Example with { Seq = 1, Prev = Hash.Zero, BalanceAfter = Example.Delta };
        bool Reads(RecordStatement statement) => RecordStatement.TryParse(statement.ToUtf8(), out _);
        Assert.True(Reads(first));
        Assert.False(Reads(first with { Prev = Example.Prev }));
        Assert.False(Reads(first with { BalanceAfter = Amount.Zero }));
        Assert.True(Reads(Example with { Prev = Hash.Zero }));
    }

    [Fact]
    public void What_has_no_form_is_not_written()
    {
        RecordStatement[] impossible =
        [
            Example with { Reason = "" },
            Example with { Unit = "" },
            Example with { Reason = "half \ud83d" },
            Example with { Reason = "\ude00 half" },
            Example with { Seq = -1 },
            Example with { Seq = 1L << 53 },
            Example with { BalanceAfter = Amount.FromDecimal(1_000_000_000_000_000_000m) },
        ];
        Assert.All(impossible, statement => Assert.ThrowsAny<ArgumentException>(() => statement.ToUtf8()));
        Assert.All(impossible, statement => Assert.ThrowsAny<ArgumentException>(() => statement.LeafHash(default)));
    }

    /// <summary>Random texts: another JSON reader finds the same, the bytes come back, and only what must be is escaped.</summary>
    [Fact]
    public void Texts_of_any_kind_are_escaped_as_rfc_8785_says()
    {
        var random = new Random(8785);
        for (var round = 0; round < 3000; round++)
        {
            var reason = RandomText(random);
            var bytes = (Example with { Reason = reason }).ToUtf8();
            Assert.Equal(reason, JsonDocument.Parse(bytes).RootElement.GetProperty("reason").GetString());
            Assert.True(RecordStatement.TryParse(bytes, out var read) && read.Reason == reason);
            Assert.Contains($"\"reason\":\"{Rfc8785(reason)}\",\"recordId\"", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        }
    }

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var length = random.Next(1, 40); length > 0; length--)
        {
            text.Append(random.Next(6) switch
            {
                0 => new Rune(random.Next(0x20)),
                1 => new Rune(random.Next(2) == 0 ? '"' : '\\'),
                2 => new Rune(random.Next(0x7f, 0xa0)),
                3 => new Rune(random.Next(0xe000, 0x10000)),
                4 => new Rune(random.Next(0x10000, 0x110000)),
                _ => new Rune(random.Next(0x20, 0x7f)),
            });
        }
        return text.ToString();
    }

    /// <summary>RFC 8785, 3.2.2.2, character by character.</summary>
    private static string Rfc8785(string text) => string.Concat(text.Select(c => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        < ' ' => $"\\u{(int)c:x4}",
        _ => c.ToString(),
    }));

    [Fact]
    public void The_longest_texts_fit()
    {
        var control = new string('\u0001', 5000);
        var statement = Example with { Reason = control, CustomerId = control, RecordId = control, Unit = control, ReferenceId = control };
        var salt = Salt.FromBytes(new byte[16]);
        Assert.Equal(Entry.Record(salt, statement.ToUtf8()).LeafHash(), statement.LeafHash(salt));
        Assert.True(RecordStatement.TryParse(statement.ToUtf8(), out var read) && read == statement);
    }

    [Fact]
    public void Hashing_a_statement_leaves_nothing_behind()
    {
        Example.LeafHash(default);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Example.LeafHash(default);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("plain", true)]
    [InlineData("😀", true)]
    [InlineData("", false)]
    [InlineData("nul\0", false)]
    public void Acceptance_asks_for_text(string text, bool acceptable) => Assert.Equal(acceptable, StatementText.IsAcceptable(text));

    [Fact]
    public void Acceptance_refuses_half_a_character()
    {
        Assert.False(StatementText.IsAcceptable("\ud83d"));
        Assert.False(StatementText.IsAcceptable("\ude00\ud83d"));
        Assert.False(StatementText.IsAcceptable("x\ud83dx"));
    }
}
