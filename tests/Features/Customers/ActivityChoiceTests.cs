using PacSpace.Features.Customers;
using Xunit;

namespace PacSpace.Features.Tests.Customers;

public sealed class ActivityChoiceTests
{
    // Records 1 … 20; the month is 6 … 15; 1 … 12 are sealed; 7 and 11 have failed.
    [Theory]
    [InlineData(null, 10, "15,14,13,12", "11,10,9,8")]
    [InlineData("VERIFIED", 5, "12,10,9,8", "6")]
    [InlineData("QUEUED", 3, "15,14,13", "")]
    [InlineData("FAILED", 2, "11,7", "")]
    [InlineData("PROCESSING", 0, "", "")]
    public void A_page_is_chosen_by_number(string? status, long total, string first, string second)
    {
        var choice = ActivityChoice.Of(6, 15, 12, [7, 11], status);
        var page = choice.Page(null, 0, 4);

        Assert.Equal(total, choice.Total);
        Assert.Equal(first, string.Join(',', page));
        Assert.Equal(second, string.Join(',', choice.Page(null, 4, 4)));
        Assert.Equal(second, page.Count == 0 ? "" : string.Join(',', choice.Page(page[^1], 0, 4)));
    }

    [Fact]
    public void An_empty_month_has_no_page() => Assert.Empty(ActivityChoice.Of(6, 5, 5, [], null).Page(null, 0, 20));
}
