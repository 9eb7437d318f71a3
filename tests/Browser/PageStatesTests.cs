using Xunit;

namespace PacSpace.Browser.Tests;

/// <summary>Every page of a Shared Record, and those that anybody may open, in every state (portal 1.4).</summary>
[Collection(nameof(RecordSite))]
public sealed class PageStatesTests(BrowserFixture browser, RecordSite site)
{
    /// <summary>Axe looks at both widths and both schemes, and at what is large in each.</summary>
    [Theory]
    [InlineData(390, true)]
    [InlineData(1280, false)]
    public async Task Nothing_is_found_by_axe_and_nothing_is_wider_than_the_page(int width, bool isDark)
    {
        var looks = new Looks(width, isDark);
        List<string> found = [];
        foreach (var state in PageState.All(site))
        {
            await using var page = await state.OpenAsync(browser, site, looks);
            found.AddRange((await page.BrokenRulesAsync()).Select(rule => $"{state}: {rule}"));
            found.AddRange((await page.FaultsAsync(site, isRefused: state.Status != 200)).Select(fault => $"{state}: {fault}"));
        }

        Assert.Empty(found);
    }

    [Theory]
    [InlineData(320)]
    [InlineData(390)]
    public async Task Without_scripts_every_page_is_whole(int width)
    {
        List<string> found = [];
        foreach (var state in PageState.All(site).Where(state => state.Act is null))
        {
            await using var page = await state.OpenAsync(browser, site, new Looks(width, Scripts: false));
            found.AddRange((await page.FaultsAsync(site, isRefused: state.Status != 200)).Select(fault => $"{state}: {fault}"));
        }

        Assert.Empty(found);
    }
}
