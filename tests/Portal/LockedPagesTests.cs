using System.Text.Json;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Portal.Tests.RecordPagesScenario;

namespace PacSpace.Portal.Tests;

/// <summary>What stands on the pages and in the JSON form of a record that no code has opened (portal 1.2, 2, 3.1).</summary>
public sealed class LockedPagesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string DisplayName = "Quixotic Customer Ltd";
    private const string CustomerId = "cust_quixotic";

    private static readonly (string, string)[][] s_forms = [[], [("HX-Request", "true")], [("Accept", "application/json")]];

    private RecordPagesScenario _of = null!;
    private string _home = "";

    public async ValueTask InitializeAsync()
    {
        _of = await StartAsync(postgres);
        for (var i = 0; i < 3; i++)
        {
            var answer = await _of.It.Tenant.PostAsync(
                "/api/v1/balance/delta",
                new { customerId = CustomerId, delta = -100.125m - i, reason = "secret_reason", referenceId = $"secret_reference_{i}", metadata = new { secret = "secret_metadata" }, vendorAccountId = _of.Account });
            Assert.Equal(201, answer.Status);
        }

        await _of.It.Host.ExecuteAsync("UPDATE customers SET display_name = $1 WHERE customer_id = $2", DisplayName, CustomerId);
        await _of.It.SealedAsync();
        _home = $"/c/{await _of.HandleAsync(CustomerId)}";
    }

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Theory]
    [InlineData("TWO_TIER")]
    [InlineData("GATED")]
    public async Task No_row_no_id_and_no_name_of_the_customer_leaves(string policy)
    {
        await _of.SetPolicyAsync(policy, CustomerId);
        var facts = await FactsAsync();
        foreach (var visitor in (PageVisitor[])[_of.NewVisitor(), await _of.UnlockedVisitorAsync()]) // a session of another link opens nothing here
        {
            foreach (var path in (string[])["", "?rows=100", "/unlock", "/unlock?next=x", "/records", "/records?cursor=x", "/periods", "/timeline", "/compare", "/export", .. facts.Ids.Select(id => $"/records/{id}")])
            {
                foreach (var form in s_forms) IsEmpty(path, await visitor.GetAsync(_home + path, form), path);
            }

            foreach (var path in (string[])["/export", "/compare", "/unlock", .. facts.Ids.Select(id => $"/records/{id}/proof")])
            {
                foreach (var form in s_forms) IsEmpty(path, await visitor.PostAsync(_home + path, [("format", "csv"), ("period", "2026-03")], form), path);
            }
        }

        void IsEmpty(string what, Answer answer, string asked)
        {
            // What was asked for comes back in the address of the code form.
            var all = string.Join('\n', answer.Headers.Select(header => $"{header.Key}: {header.Value}").Append(answer.Text)).Replace(Uri.EscapeDataString(_home + asked), "", StringComparison.Ordinal);
            foreach (var hidden in facts.Hidden) Assert.False(all.Contains(hidden, StringComparison.OrdinalIgnoreCase), $"{what}: {hidden}");
            if (policy == "GATED") foreach (var total in (string[])["303.375", "records this cycle", "credits", "Verified through", "No period verified"]) Assert.False(all.Contains(total, StringComparison.Ordinal), $"{what}: {total}");
        }
    }

    [Fact]
    public async Task The_outer_tier_shows_total_count_and_verification_and_how_many_records_there_are()
    {
        var page = Read(await _of.NewVisitor().GetAsync(_home));

        Assert.Equal("Recorded this period", Text(page.QuerySelector("h1")!));
        Assert.Equal("303.375 credits recorded", Text(page.QuerySelector(".total")!));
        Assert.Equal(["3 records this cycle", "No period verified yet", $"Recorded by {Seller}"], page.QuerySelectorAll(".lines li").Select(Text));
        Assert.Equal("3 recent records", Text(page.QuerySelector("[data-live=recent]")!));
        Assert.Empty(page.QuerySelectorAll("table"));
        Assert.Equal(["All periods", "Compare", "Export"], page.QuerySelectorAll("nav[aria-label='This record'] a").Select(Text));
        Assert.Equal($"This record was written by {Seller}. It can be independently checked.", Text(page.QuerySelector(".statement")!));
        Assert.Equal([$"Written by {Seller}. Visible to both. Owned by neither.", "Powered by PacSpace"], page.QuerySelectorAll("footer p").Select(Text));
        IsCodeForm(page);
        Assert.DoesNotContain(page.QuerySelectorAll("button"), button => Text(button) == "Close this record");
    }

    [Fact]
    public async Task Behind_a_gate_stand_the_vendors_name_the_form_and_the_footer()
    {
        await _of.SetPolicyAsync("GATED", CustomerId);
        foreach (var path in (string[])["", "/unlock"])
        {
            var page = Read(await _of.NewVisitor().GetAsync(_home + path));

            Assert.Equal($"Record by {Seller}", Text(page.QuerySelector("h1")!));
            Assert.Equal($"Access code – {Seller}", page.Title);
            Assert.Equal(
                $"Record by {Seller} Access code The six characters printed next to this link on your invoice. Open record", Text(page.QuerySelector("main")!));
            IsCodeForm(page);
        }
    }

    [Theory]
    [InlineData("TWO_TIER", false, """{"locked":true,"policy":"TWO_TIER","period":"2026-03","unit":"credits","recordCount":3,"recordedAmount":303.375,"recentRecordCount":3,"records":0}""")]
    [InlineData("TWO_TIER", true, """{"locked":false,"policy":"TWO_TIER","period":"2026-03","unit":"credits","recordCount":3,"recordedAmount":303.375,"recentRecordCount":3,"records":3}""")]
    [InlineData("OPEN", false, """{"locked":false,"policy":"OPEN","period":"2026-03","unit":"credits","recordCount":3,"recordedAmount":303.375,"recentRecordCount":3,"records":3}""")]
    [InlineData("GATED", true, """{"locked":false,"policy":"GATED","period":"2026-03","unit":"credits","recordCount":3,"recordedAmount":303.375,"recentRecordCount":3,"records":3}""")]
    [InlineData("GATED", false, """{"locked":true,"policy":"GATED","period":null,"unit":null,"recordCount":null,"recordedAmount":null,"recentRecordCount":null,"records":null}""")]
    public async Task The_JSON_form_follows_the_same_rule(string policy, bool isUnlocked, string expected)
    {
        await _of.SetPolicyAsync(policy, CustomerId);
        var visitor = isUnlocked ? await _of.UnlockedVisitorAsync(CustomerId) : _of.NewVisitor();

        var answer = await visitor.GetAsync(_home, ("Accept", "application/json"));

        Assert.Equal((200, "application/json"), (answer.Status, answer.Header("Content-Type")));
        var data = answer.Data;
        Assert.Equal(
            ["locked", "policy", "tenant", "recordedBy", "period", "startDate", "endDate", "unit", "recordCount", "recordedAmount", "verifiedThroughAt", "labels", "recentRecordCount", "records", "asOf"],
            data.EnumerateObject().Select(member => member.Name));
        var records = data.GetProperty("records");
        string[] shown = ["locked", "policy", "period", "unit", "recordCount", "recordedAmount", "recentRecordCount"];
        Assert.Equal(
            expected,
            $"{{{string.Join(',', shown.Select(name => $"\"{name}\":{data.GetProperty(name).GetRawText()}").Append($"\"records\":{(records.ValueKind == JsonValueKind.Null ? "null" : records.GetArrayLength())}"))}}}");
        if (policy == "GATED" && !isUnlocked)
            Assert.All(data.EnumerateObject().Where(member => member.Name is not ("locked" or "policy" or "tenant" or "recordedBy")), member => Assert.Equal(JsonValueKind.Null, member.Value.ValueKind));
        Assert.Equal((Seller, _of.Account, Seller), (data.GetProperty("tenant").GetProperty("name").GetString(), data.GetProperty("recordedBy").GetProperty("id").GetString(), data.GetProperty("recordedBy").GetProperty("displayName").GetString()));
    }

    [Fact]
    public async Task Machines_say_that_they_want_it()
    {
        foreach (var (accept, type) in ((string, string)[])[
            ("application/json", "application/json"), ("application/json, text/html", "text/html; charset=utf-8"), ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
            ("*/*", "text/html; charset=utf-8")])
            Assert.Equal((accept, type), (accept, (await _of.NewVisitor().GetAsync(_home, ("Accept", accept))).Header("Content-Type")));
    }

    private static void IsCodeForm(AngleSharp.Dom.IDocument page)
    {
        var form = page.QuerySelector("form#unlock")!;
        var field = form.QuerySelector("input#code")!;
        Assert.Equal("Access code", Text(form.QuerySelector("label[for=code]")!));
        Assert.Equal("The six characters printed next to this link on your invoice.", Text(page.GetElementById(field.GetAttribute("aria-describedby")!)!));
        Assert.Equal(
            ("text", "one-time-code", "text", "characters", "false", "code"),
            (field.GetAttribute("type"), field.GetAttribute("autocomplete"), field.GetAttribute("inputmode"), field.GetAttribute("autocapitalize"), field.GetAttribute("spellcheck"), field.GetAttribute("name")));
        Assert.Equal("Open record", Text(form.QuerySelector("button")!));
        Assert.Equal(("post", "this", "outerHTML"), (form.GetAttribute("method"), form.GetAttribute("hx-target"), form.GetAttribute("hx-swap")));
    }

    private async Task<(IReadOnlyList<string> Ids, IReadOnlyList<string> Hidden)> FactsAsync()
    {
        var live = await _of.AskAsync($"/api/v1/middleware/customers/{CustomerId}/live");
        var rows = live.GetProperty("records").EnumerateArray().ToList();
        var ids = rows.Select(row => row.GetProperty("recordId").GetString()!).ToList();
        return (ids,
            [CustomerId, "quixotic", "secret_", live.GetProperty("customerReference").GetString()!, .. ids, .. rows.Select(row => row.GetProperty("fingerprint").GetString()!), "100.125", "101.125", "102.125"]);
    }
}
