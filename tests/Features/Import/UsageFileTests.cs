using System.Text;
using PacSpace.Features.Import;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Import;

public sealed class UsageFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_know_the_line_they_begin_on()
    {
        var rows = Read("a,b\n1,2\r\n\"two\r\nlines\",3\n\n\"say \"\"hi\"\"\",4\n5,6");

        Assert.Equal([(1L, 2L), (2, 3), (3, 6), (4, 7)], rows.Select(r => (r.Number, r.Line)));
        Assert.Equal(["two\r\nlines", "3"], rows[1].Fields);
        Assert.Equal(["say \"hi\"", "4"], rows[2].Fields);
        Assert.All(rows, r => Assert.Null(r.Complaint));
    }

    [Fact]
    public void A_row_that_is_none_is_named_and_the_next_one_is_read()
    {
        var rows = Read("a,b\n1\n1,2,3\nx\"y,2\n4,5\n");

        Assert.Equal("it has 1 fields and the header has 2", rows[0].Complaint);
        Assert.Equal("it has 3 fields and the header has 2", rows[1].Complaint);
        Assert.Equal("the quotes do not match", rows[2].Complaint);
        Assert.Equal((5L, null), (rows[3].Line, rows[3].Complaint));
    }

    [Fact]
    public void A_mark_of_byte_order_is_no_part_of_the_first_name() =>
        Assert.Equal("1", Assert.Single(Read("\uFEFFa,b\n1,2\n")).Fields[0]);

    [Fact]
    public void A_quote_that_never_closes_ends_the_file_and_not_the_memory()
    {
        var endless = "a,b\n1,\"" + new string('x', 3 * 1024 * 1024);
        Assert.Contains("From line 2 on", Assert.Throws<ImportUseException>(() => Read(endless)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_encoding_is_not_guessed_at()
    {
        var path = _folder.Combine("latin.csv");
        File.WriteAllBytes(path, [.. "a,b\n1,"u8, 0xE9, (byte)'\n']);
        using var _ = new MemoryStream();
        Assert.Throws<ImportUseException>(() =>
        {
            using var file = UsageFile.Open(path, ",");
            return file.Rows().ToList();
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,a\n1,2\n")]
    public void A_file_without_names_for_its_columns_is_refused(string content) => Assert.Throws<ImportUseException>(() => Read(content));

    private List<UsageRow> Read(string content)
    {
        var path = _folder.Combine("usage.csv");
        File.WriteAllText(path, content, new UTF8Encoding(false));
        using var file = UsageFile.Open(path, ",");
        return [.. file.Rows()];
    }
}
