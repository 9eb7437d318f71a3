using PacSpace.Testing;
using Xunit;
using static PacSpace.Portal.Tests.RecordPagesScenario;

namespace PacSpace.Portal.Tests;

/// <summary>A period as a file (portal 3.8).</summary>
public sealed class ExportPageTests(PostgresFixture postgres) : IAsyncLifetime
{
    private RecordPagesScenario _of = null!;

    public async ValueTask InitializeAsync() => _of = await StartAsync(postgres);

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Fact]
    public async Task The_form_offers_four_formats_and_every_period()
    {
        var (march, april) = await _of.RecordThreeMonthsAsync();
        await _of.UnlockAsync();

        var page = await _of.PageAsync($"/export?checkpointId={march}");

        Assert.Equal(["CSV", "JSON", "PDF", "Bundle"], page.QuerySelectorAll("fieldset label").Select(Text));
        Assert.Equal("csv", Assert.Single(page.QuerySelectorAll("input[checked]")).GetAttribute("value"));
        Assert.Equal([("", "May 2026, open"), (april, "April 2026"), (march, "March 2026")], page.QuerySelectorAll("option").Select(option => (option.GetAttribute("value")!, Text(option))));
        Assert.Equal(march, page.QuerySelector("option[selected]")!.GetAttribute("value"));
        Assert.Equal("2026-05", page.QuerySelector("input[name=period]")!.GetAttribute("value"));
        Assert.DoesNotContain(page.QuerySelector("form")!.Attributes, attribute => attribute.Name.StartsWith("hx-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_say_what_the_api_says_and_each_is_told()
    {
        var (march, _) = await _of.RecordThreeMonthsAsync();
        await _of.UnlockAsync();
        var api = await _of.AskMiddlewareAsync($"periods/{march}");

        var json = await _of.PostAsync("/export", [("format", "json"), ("checkpointId", march), ("period", "2026-05")]);
        Assert.Equal((200, "application/json", "attachment; filename=\"record-2026-03.json\""), (json.Status, json.Header("Content-Type"), json.Header("Content-Disposition")));
        var file = json.Json;
        foreach (var member in (string[])["period", "startDate", "endDate", "unit", "recordCount", "recordedAmount", "netDelta", "checkpointId", "proofRoot", "verificationReference", "recordedBy", "records"])
            Assert.Equal((member, api.GetProperty(member).GetRawText()), (member, file.GetProperty(member).GetRawText()));

        var csv = await _of.PostAsync("/export", [("format", "csv"), ("checkpointId", ""), ("period", "2026-05")]);
        Assert.Equal((200, "attachment; filename=\"record-2026-05.csv\""), (csv.Status, csv.Header("Content-Disposition")));
        Assert.Equal(3, csv.Text.Split("\r\n").Length); // a head, one record, the end
        var bundle = await _of.PostAsync("/export", [("format", "bundle"), ("checkpointId", march)]);
        Assert.Equal((200, $"attachment; filename=\"receipt-{march}.bundle.json\""), (bundle.Status, bundle.Header("Content-Disposition")));
        Assert.Equal(3, (await _of.It.VerifiedAsync(bundle.Bytes)).Records);
        Assert.Equal(3, await _of.CountLoggedAsync("exported"));
        Assert.Equal("json 2026-03", await _of.It.Host.QueryAsync<string>("SELECT format || ' ' || period FROM access_log WHERE kind = 'exported' ORDER BY entry_no LIMIT 1"));
    }

    [Fact]
    public async Task What_cannot_be_given_is_said_on_the_page_with_the_choice_kept_and_nobody_is_told()
    {
        var (march, _) = await _of.RecordThreeMonthsAsync();
        await _of.UnlockAsync();
        _of.It.Host.App.Configuration["PacSpace:Documents:Python"] = "/nowhere/python";
        ((string, string)[] Fields, int Status, string Words)[] table =
        [
            ([("format", "bundle"), ("period", "2026-05")], 400, "A bundle is available for closed periods."),
            ([("format", "pdf"), ("checkpointId", march)], 503, "The PDF could not be made now. CSV, JSON and Bundle are available."),
            ([("format", "exe"), ("checkpointId", march)], 400, "Choose a format and a period."),
            ([("checkpointId", march)], 400, "Choose a format and a period."),
            ([("format", "csv"), ("period", "May")], 400, "Choose a format and a period."),
            ([("format", "csv"), ("checkpointId", "chk_x")], 404, "Choose a period of this record."),
        ];
        foreach (var (fields, status, words) in table)
        {
            var answer = await _of.PostAsync("/export", fields);
            var page = Read(answer);
            Assert.Equal((status, words), (answer.Status, Text(page.QuerySelector("[role=alert]")!)));
            Assert.Equal("Export", Text(page.QuerySelector("h1")!));
            Assert.Null(answer.Header("Content-Disposition"));
            if (fields.Contains(("checkpointId", march))) Assert.Equal(march, page.QuerySelector("option[selected]")!.GetAttribute("value"));
        }

        Assert.Equal(0, await _of.CountLoggedAsync("exported"));
    }

    [Fact]
    public async Task A_form_of_another_site_is_refused()
    {
        await _of.UnlockAsync();
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("format", "csv")]);
        Assert.Equal(403, (await _of.It.Host.SendAsync(HttpMethod.Post, $"{_of.Home}/export", null, form, ("Sec-Fetch-Site", "cross-site"))).Status);
    }
}
