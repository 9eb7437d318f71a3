namespace PacSpace.Browser.Tests;

/// <summary>What no page may have, whatever is on it (portal 1.1, 1.4).</summary>
public static class PageFaults
{
    /// <summary>How the browser asks itself for the pictures of its own controls.</summary>
    private const string OwnPicture = "data:image/svg+xml;base64,";

    /// <param name="isRefused">The page is an answer that refuses: the browser itself reports that, once, and it is no fault.</param>
    public static async Task<IReadOnlyList<string>> FaultsAsync(this BrowserPage page, RecordSite site, bool isRefused = false)
    {
        var shape = await page.EvaluateAsync(
            """
            ({
              width: document.documentElement.scrollWidth > innerWidth ? [`${document.documentElement.scrollWidth} pixels wide`] : [],
              headings: document.querySelectorAll('h1').length === 1 ? [] : ['not one heading'],
              title: /^[^–]+/.test(document.title) ? [] : [`the title "${document.title}"`],
              first: document.querySelector('a, button, input, select')?.textContent === 'Skip to content' ? [] : ['does not begin with "Skip to content"'],
              targets: [...document.querySelectorAll('a, button, input:not([type=hidden]), select')].filter((it) => {
                const { width, height } = it.getBoundingClientRect();
                return height > 0 && !it.closest('.skip') && !it.labels?.length && (width < 24 || height < 24) && getComputedStyle(it).display !== 'inline';
              }).map((it) => `smaller than 24 pixels: ${it.outerHTML}`),
            })
            """);
        return
        [
            .. shape.EnumerateObject().SelectMany(kind => kind.Value.EnumerateArray()).Select(fault => fault.GetString()!),
            .. page.Requests.Where(request => !request.StartsWith(site.Host.BaseAddress.AbsoluteUri, StringComparison.Ordinal) && !request.StartsWith(OwnPicture, StringComparison.Ordinal)).Select(request => $"asks for {request}"),
            .. page.Complaints.Where(complaint => !isRefused || !complaint.StartsWith("Failed to load resource:", StringComparison.Ordinal)),
        ];
    }
}
