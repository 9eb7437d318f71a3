using PacSpace.Features.Endpoints;
using Xunit;

namespace PacSpace.Features.Tests.Endpoints;

public sealed class PercentEncodingTests
{
    [Theory]
    [InlineData("cust_001", "cust_001")]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("%2e%2E", "..")]
    [InlineData("gr%C3%BC%C3%9Fe", "grüße")]
    [InlineData("a+b", "a+b")]
    public void A_segment_is_decoded_exactly_once(string encoded, string text)
    {
        Assert.True(PercentEncoding.TryDecode(encoded, plusIsSpace: false, out var decoded));
        Assert.Equal(text, decoded);
    }

    [Theory]
    [InlineData("%")]
    [InlineData("%2")]
    [InlineData("%zz")]
    [InlineData("%C3%28")]
    [InlineData("%ff")]
    [InlineData("%00")]
    [InlineData("%ED%A0%80")] // a surrogate in what would be UTF-8
    public void What_cannot_be_decoded_is_refused(string encoded) => Assert.False(PercentEncoding.TryDecode(encoded, plusIsSpace: false, out _));

    [Fact]
    public void A_plus_is_a_space_in_queries()
    {
        Assert.True(PercentEncoding.TryDecode("a+b%2Bc", plusIsSpace: true, out var decoded));
        Assert.Equal("a b+c", decoded);
    }
}
