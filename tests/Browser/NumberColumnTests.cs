using System.Text.Json;
using Xunit;

namespace PacSpace.Browser.Tests;

/// <summary>Amounts below one another: their decimal points stand in a line, in whatever type a page is shown, and nobody reads what makes them.</summary>
[Collection(nameof(RecordSite))]
public sealed class NumberColumnTests(BrowserFixture browser, RecordSite site)
{
    /// <summary>For each column of numbers: where the decimal points are, or where they would be, in pixels; and the text of the table as it is copied.</summary>
    private const string Columns =
        """
        [...document.querySelectorAll('table')].map((table) => {
          const columns = {};
          for (const cell of table.querySelectorAll('tbody td.number')) {
            const text = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT).nextNode();
            if (!/^[+-]?[\d,.]+$/.test(text.data)) continue;
            const range = document.createRange();
            range.setStart(text, 0);
            range.setEnd(text, /^[^.]+/.exec(text.data)[0].length);
            (columns[cell.cellIndex] ??= []).push(range.getBoundingClientRect().right);
          }
          getSelection().selectAllChildren(table);
          return { columns, filled: table.querySelectorAll('[data-fill]').length, copied: String(getSelection()), text: table.innerText };
        })
        """;

    [Theory]
    [InlineData("records", 1280)]
    [InlineData("records", 390)]
    [InlineData("records-extreme", 1280)]
    [InlineData("landing", 390)]
    [InlineData("landing-more", 1280)]
    [InlineData("periods", 390)]
    [InlineData("periods", 1280)]
    [InlineData("period", 1280)]
    [InlineData("timeline", 1280)]
    [InlineData("compared", 1280)]
    public async Task Decimal_points_stand_in_a_line_and_are_no_text(string name, int width)
    {
        await using var page = await PageState.All(site).Single(state => state.Name == name).OpenAsync(browser, site, new Looks(width));

        var tables = (await page.EvaluateAsync(Columns)).EnumerateArray().ToList();

        Assert.Contains(tables, table => table.GetProperty("filled").GetInt32() > 0);
        foreach (var table in tables)
        {
            foreach (var column in table.GetProperty("columns").EnumerateObject())
            {
                var points = column.Value.EnumerateArray().Select(point => point.GetDouble()).ToList();
                Assert.True(points.Max() - points.Min() < 0.6, $"{name}, column {column.Name}: {string.Join(' ', points)}");
            }

            Assert.Equal(Words(table, "text"), Words(table, "copied"));
        }
    }

    /// <summary>Rows that come on request, with more digits than those that are there, or with fewer.</summary>
    [Fact]
    public async Task Rows_that_come_later_are_aligned_with_those_that_are_there()
    {
        await using var page = await PageState.All(site).Single(state => state.Name == "records").OpenAsync(browser, site, new Looks());

        await page.EvaluateAsync(
            """
            document.querySelector('tbody').insertAdjacentHTML('afterend',
              '<tbody><tr><td class="time"></td><td class="number">1.123456789</td><td></td></tr><tr><td class="time"></td><td class="number">12</td><td></td></tr></tbody>');
            alignPoints(document.querySelector('table'));
            """);

        var points = (await page.EvaluateAsync(Columns))[0].GetProperty("columns").GetProperty("1").EnumerateArray().Select(point => point.GetDouble()).ToList();
        Assert.Equal(102, points.Count);
        Assert.True(points.Max() - points.Min() < 0.6, string.Join(' ', points));
    }

    [Theory]
    [InlineData(320)]
    [InlineData(390)]
    public async Task The_list_of_periods_fits_a_telephone(int width)
    {
        foreach (var hasScripts in (bool[])[true, false])
        {
            await using var page = await PageState.All(site).Single(state => state.Name == "periods").OpenAsync(browser, site, new Looks(width, Scripts: hasScripts));
            var region = await page.EvaluateAsync("(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])(document.querySelector('.scroll'))");
            Assert.True(region[0].GetInt32() <= region[1].GetInt32(), $"{width}: {region}");
        }
    }

    private static string Words(JsonElement table, string name) => string.Join(' ', table.GetProperty(name).GetString()!.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
}
