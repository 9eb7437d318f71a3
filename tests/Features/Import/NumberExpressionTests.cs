using PacSpace.Features.Import;
using Xunit;

namespace PacSpace.Features.Tests.Import;

public sealed class NumberExpressionTests
{
    private static readonly UsageColumns Columns = new(["In", "Out", "Price per 1k", "row", "Empty"]);
    private static readonly UsageRow Row = new(41, 57, ["120", " 7.5 ", "0.002", "999", ""]);

    [Theory]
    [InlineData("In", "120")]
    [InlineData("-(In + Out)", "-127.5")]
    [InlineData("In - Out - Out", "105")]
    [InlineData("In - -Out", "127.5")]
    [InlineData("- - In", "120")]
    [InlineData("2 + 3 * 4", "14")]
    [InlineData("(2 + 3) * 4", "20")]
    [InlineData("In / 1000 * [Price per 1k]", "0.00024")]
    [InlineData("1 / 3 * 3", "1")] // nothing is rounded on the way
    [InlineData("0.1 + 0.2", "0.3")]
    [InlineData("7 % 3", "1")]
    [InlineData("-7 % 3", "2")] // the sign of the divisor
    [InlineData("7.5 % 2", "1.5")]
    [InlineData("row % 40", "1")]
    [InlineData("line", "57")]
    [InlineData("[row]", "999")]
    [InlineData("floor(-1.5)", "-2")]
    [InlineData("min(In, Out) + max(In, Out)", "127.5")]
    [InlineData("min(2, 3)", "2")]
    [InlineData("max(2, 3)", "3")]
    [InlineData("123456789012345678901234567890 - 123456789012345678901234567889", "1")]
    public void Is_exact_arithmetic(string expression, string expected)
    {
        Assert.True(NumberExpression.Parse(expression, Columns).TryEvaluate(Row, out var value, out _));
        Assert.True(value.TryFormat(out var digits));
        Assert.Equal(expected, digits);
    }

    [Theory]
    [InlineData("Empty", "Empty is not a number")]
    [InlineData("In / (Out - 7.5)", "the expression divides by zero")]
    [InlineData("In % 0", "the expression divides by zero")]
    [InlineData("Empty / 0", "Empty is not a number")] // the first complaint stays
    public void Says_why_a_row_has_no_value(string expression, string complaint)
    {
        Assert.False(NumberExpression.Parse(expression, Columns).TryEvaluate(Row, out _, out var why));
        Assert.Equal(complaint, why);
    }

    [Theory]
    [InlineData("")]
    [InlineData("In +")]
    [InlineData("In Out")]
    [InlineData("(In")]
    [InlineData("In)")]
    [InlineData("1.2.3")]
    [InlineData("Nowhere")]
    [InlineData("[In")]
    [InlineData("sqrt(In)")]
    [InlineData("min(In)")]
    [InlineData("In = 3")]
    public void Is_refused_before_the_first_row_when_it_is_none(string expression) =>
        Assert.Throws<ImportUseException>(() => NumberExpression.Parse(expression, Columns));

    [Fact]
    public void Depth_and_length_have_an_end()
    {
        Assert.Throws<ImportUseException>(() => NumberExpression.Parse(new string('(', 60) + "1" + new string(')', 60), Columns));
        Assert.Throws<ImportUseException>(() => NumberExpression.Parse(string.Join('+', Enumerable.Repeat("1", 600)), Columns));
    }

    [Theory]
    [InlineData("1", "1")]
    [InlineData("-0.50", "-0.5")]
    [InlineData("+7", "7")]
    [InlineData("1e3", "1000")]
    [InlineData("1.5E-3", "0.0015")]
    [InlineData("0.000000001", "0.000000001")]
    [InlineData(".5", "0.5")]
    [InlineData("-0", "0")]
    public void A_field_is_read_as_the_number_it_says(string text, string expected)
    {
        Assert.True(ExactNumber.TryParse(text, out var number));
        Assert.True(number.TryFormat(out var digits));
        Assert.Equal(expected, digits);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1,000")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("1e")]
    [InlineData("1e999")]
    [InlineData("١٢")]
    [InlineData("1 2")]
    public void A_field_that_is_no_number_is_not_guessed_at(string text) => Assert.False(ExactNumber.TryParse(text, out _));

    [Fact]
    public void A_tenth_fractional_digit_has_no_form()
    {
        Assert.True(ExactNumber.TryParse("0.0000000001", out var tenth));
        Assert.False(tenth.TryFormat(out _));
        Assert.False(((ExactNumber)1 / 3).TryFormat(out _));
    }
}
