using Xunit;

namespace PacSpace.Browser.Tests;

/// <summary>What a customer's first page costs: on a telephone abroad it should be there at once.</summary>
[Collection(nameof(RecordSite))]
public sealed class PageWeightTests(BrowserFixture browser, RecordSite site)
{
    private const long MostBytes = 60_000;

    [Theory]
    [InlineData("landing")]
    [InlineData("landing-locked")]
    [InlineData("receipt")]
    public async Task The_first_page_is_small_and_waits_for_one_stylesheet_before_it_is_painted(string name)
    {
        await using var page = await PageState.All(site).Single(state => state.Name == name).OpenAsync(browser, site, new Looks(390));
        await page.HoldsAsync("performance.getEntriesByName('first-contentful-paint').length === 1");

        var blocking = await page.EvaluateAsync("performance.getEntriesByType('resource').filter(it => it.renderBlockingStatus === 'blocking').map(it => new URL(it.name).pathname)");
        Assert.Matches("^/assets/site[.][0-9a-f]+[.]css$", Assert.Single(blocking.EnumerateArray()).GetString());
        Assert.InRange(page.WireBytes, 1, MostBytes);
        Assert.Equal(page.Requests.Count, page.Requests.Distinct().Count());
    }
}
