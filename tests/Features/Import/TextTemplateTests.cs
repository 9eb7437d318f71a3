using PacSpace.Features.Import;
using Xunit;

namespace PacSpace.Features.Tests.Import;

public sealed class TextTemplateTests
{
    private static readonly UsageColumns Columns = new(["customer", "Model name", "tokens"]);
    private static readonly UsageRow Row = new(41, 42, ["acme", "llm-7b", "12"]);

    [Theory]
    [InlineData("customer", "acme")]
    [InlineData("cust_{row % 40}", "cust_1")]
    [InlineData("{customer}:{Model name}", "acme:llm-7b")]
    [InlineData("{[Model name]}", "llm-7b")]
    [InlineData("{tokens * 2}-{line}", "24-42")]
    [InlineData("{{{customer}}}", "{acme}")]
    [InlineData("row", "41")]
    public void An_expression_gives_text(string expression, string expected)
    {
        Assert.True(TextTemplate.ParseExpression(expression, Columns).TryWrite(Row, out var text, out _));
        Assert.Equal(expected, text);
    }

    [Theory]
    [InlineData("inference", "inference")] // no column of that name: the words themselves
    [InlineData("customer", "acme")]
    [InlineData("run on {Model name}", "run on llm-7b")]
    public void A_reason_may_be_plain_words(string reason, string expected)
    {
        Assert.True(TextTemplate.ParseText(reason, Columns).TryWrite(Row, out var text, out _));
        Assert.Equal(expected, text);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("cust_{row")]
    [InlineData("cust_}")]
    [InlineData("cust_{nobody}")]
    public void What_is_no_expression_is_refused(string expression) =>
        Assert.Throws<ImportUseException>(() => TextTemplate.ParseExpression(expression, Columns));

    [Fact]
    public void A_number_that_has_no_end_is_the_rows_fault()
    {
        Assert.False(TextTemplate.ParseExpression("c{tokens / 7}", Columns).TryWrite(Row, out _, out var complaint));
        Assert.Equal("tokens / 7 has more than 9 fractional digits", complaint);
    }
}
