using System.Globalization;
using System.Net;
using System.Text;
using Xunit;

namespace PacSpace.Browser.Tests;

/// <summary>Pictures of every page in every state, and sheets of them: <c>./dev screenshots</c>.</summary>
[Collection(nameof(RecordSite))]
public sealed class Pictures(BrowserFixture browser, RecordSite site)
{
    /// <summary>Where they go.</summary>
    private const string FolderSetting = "PACSPACE_SCREENSHOTS";

    [Fact(Explicit = true)]
    public async Task Of_all_pages()
    {
        var folder = Environment.GetEnvironmentVariable(FolderSetting) ?? throw new InvalidOperationException($"{FolderSetting} names the folder; ./dev screenshots sets it.");
        Directory.CreateDirectory(folder);
        foreach (var old in Directory.EnumerateFiles(folder, "*.png")) File.Delete(old);

        var states = PageState.All(site);
        foreach (var looks in Looks.All)
        {
            foreach (var state in states)
            {
                await using var page = await state.OpenAsync(browser, site, looks);
                await page.ScreenshotAsync(Path.Combine(folder, FileOf(state, looks)));
                if (looks == new Looks()) await page.PrintAsync(Path.Combine(folder, $"{state}.pdf"));
            }

            await SheetAsync(folder, states, looks);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), Sheet("All pages", Looks.All.SelectMany(looks => states.Select(state => (state, looks))), width: 300));
    }

    private static string FileOf(PageState state, Looks looks) => $"{state}-{looks}.png";

    /// <summary>All states in one look, as a page and as a picture of that page.</summary>
    private async Task SheetAsync(string folder, IReadOnlyList<PageState> states, Looks looks)
    {
        var sheet = Path.Combine(folder, $"sheet-{looks}.html");
        await File.WriteAllTextAsync(sheet, Sheet($"All pages, {looks}", states.Select(state => (state, looks)), width: 300));
        await using var page = await browser.OpenAsync(new Looks(1900));
        await page.GoToAsync(new Uri(sheet));
        await page.ScreenshotAsync(Path.ChangeExtension(sheet, "png"));
    }

    private static string Sheet(string title, IEnumerable<(PageState State, Looks Looks)> pictures, int width)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><meta charset=\"utf-8\"><title>{title}</title><style>body{{font:14px sans-serif;background:#777;color:#fff}}");
        html.Append(CultureInfo.InvariantCulture, $"main{{display:flex;flex-wrap:wrap;gap:12px;align-items:start}}figure{{margin:0;width:{width}px}}img{{width:100%;max-height:600px;object-fit:cover;object-position:top}}</style>");
        html.Append(CultureInfo.InvariantCulture, $"<h1>{title}</h1><main>");
        foreach (var (state, looks) in pictures)
        {
            var file = WebUtility.HtmlEncode(FileOf(state, looks));
            html.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{state} {looks}</figcaption><a href=\"{file}\"><img src=\"{file}\" alt=\"\"></a></figure>");
        }

        return html.Append("</main>").ToString();
    }
}
