using System.Globalization;
using System.Text;
using PacSpace.Features.Endpoints;
using Xunit;

namespace PacSpace.Features.Tests.Endpoints;

public sealed class WireAmountTests
{
    [Theory]
    //          token                              value
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("0.000000000000", "0")]
    [InlineData("0e999999", "0")]
    [InlineData("1", "1")]
    [InlineData("-42.5", "-42.5")]
    [InlineData("1.50", "1.5")]
    [InlineData("150e-2", "1.5")]
    [InlineData("0.15E1", "1.5")]
    [InlineData("1E+3", "1000")]
    [InlineData("1.0000000000", "1")]
    [InlineData("100000000000e-11", "1")]
    [InlineData("0.123456789", "0.123456789")]
    [InlineData("0.000000001", "0.000000001")]
    [InlineData("1000000000000000000", "1000000000000000000")]
    [InlineData("999999999999999999.999999999", "999999999999999999.999999999")]
    [InlineData("-1000000000.000000001", "-1000000000.000000001")]
    public void A_number_is_read_exactly(string token, string value)
    {
        Assert.True(WireAmount.TryParse(Encoding.ASCII.GetBytes(token), out var amount, out _));
        Assert.Equal(value, WireAmount.Format(amount));
        Assert.Equal(decimal.Parse(value, CultureInfo.InvariantCulture), amount);
    }

    [Theory]
    //          token                              complaint
    [InlineData("", "must be a number")]
    [InlineData("-", "must be a number")]
    [InlineData("+1", "must be a number")]
    [InlineData("01", "must be a number")]
    [InlineData("1.", "must be a number")]
    [InlineData(".5", "must be a number")]
    [InlineData("1e", "must be a number")]
    [InlineData("1e+", "must be a number")]
    [InlineData("1 ", "must be a number")]
    [InlineData("NaN", "must be a number")]
    [InlineData("1_000", "must be a number")]
    [InlineData("0x10", "must be a number")]
    [InlineData("0.1234567891", "must have at most 9 fractional digits")]
    [InlineData("1e-10", "must have at most 9 fractional digits")]
    [InlineData("0.1234567890123456789012345678901234567890", "must have at most 9 fractional digits")]
    [InlineData("1e-99999999999999999999", "must have at most 9 fractional digits")]
    [InlineData("1e20", "is out of range")]
    [InlineData("1e99999999999999999999", "is out of range")]
    [InlineData("12345678901234567890", "is out of range")]
    [InlineData("12345678901234567890123456789012345678901234567890", "is out of range")]
    public void What_is_not_exact_is_refused(string token, string complaint)
    {
        Assert.False(WireAmount.TryParse(Encoding.ASCII.GetBytes(token), out _, out var said));
        Assert.Equal(complaint, said);
    }
}
