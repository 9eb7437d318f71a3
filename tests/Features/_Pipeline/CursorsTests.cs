using PacSpace.Features.Pipeline;
using Xunit;

namespace PacSpace.Features.Tests.Pipeline;

public sealed class CursorsTests
{
    [Fact]
    public void A_cursor_leads_back_to_its_place_under_its_own_filters_only()
    {
        var cursor = Cursors.Make(["cust_1", null, "2026-04"], 42);
        Assert.StartsWith("c1.", cursor, StringComparison.Ordinal);
        Assert.True(Cursors.TryOpenNumber(cursor, ["cust_1", null, "2026-04"], out var position));
        Assert.Equal(42, position);
        Assert.False(Cursors.TryOpenNumber(cursor, ["cust_1", "", "2026-04"], out _));
        Assert.False(Cursors.TryOpenNumber(cursor, ["cust_1", "2026-04", null], out _));
        Assert.False(Cursors.TryOpenNumber(cursor, ["cust_2", null, "2026-04"], out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("c1.")]
    [InlineData("c1.MQ")]
    [InlineData("c1.%%%")]
    [InlineData("c2.AAAAAAAAAAAx")]
    [InlineData("c1.AAAAAAAAAAAAAAAA")]
    public void What_is_no_cursor_is_told_from_one(string text) => Assert.False(Cursors.TryOpenNumber(text, [], out _));

    [Fact]
    public void No_cursor_is_no_position()
    {
        Assert.True(Cursors.TryOpenNumber(null, [], out var position));
        Assert.Null(position);
    }
}
