using Npgsql;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Portal.Tests.PublicPages;

namespace PacSpace.Portal.Tests;

/// <summary>Portal 4.2.</summary>
public sealed class VerifyPageTests(PublicPages pages) : IClassFixture<PublicPages>
{
    private static readonly (string, string) s_htmx = ("HX-Request", "true");

    private static readonly string s_unknown = "0x" + new string('0', 64);

    [Fact]
    public async Task The_form_has_one_field_and_works_without_scripts()
    {
        var page = await ReadAsync(await pages.GetAsync("/verify"));

        Assert.Equal("Receipt id, proof root or verification reference", page.QuerySelector("form label")!.TextContent);
        Assert.Equal(("get", "/verify"), (page.QuerySelector("form")!.GetAttribute("method"), page.QuerySelector("form")!.GetAttribute("action")));
        Assert.Equal(("value", "Check"), (page.QuerySelector("form input")!.GetAttribute("name"), page.QuerySelector("form button")!.TextContent));
        Assert.Single(page.QuerySelectorAll("h1"));
        Assert.Equal("Written by the vendor. Visible to both. Owned by neither.", Words(page.QuerySelector("footer p")!));
        foreach (var landmark in (string[])["header", "main", "nav", "footer"]) Assert.NotEmpty(page.QuerySelectorAll(landmark));
    }

    [Theory]
    [InlineData("chk_1", "/verify/chk_1")]
    [InlineData("%20chk_1%0A", "/verify/chk_1")]
    [InlineData("0xab%20cd", "/verify/0xabcd")]
    [InlineData("%2F%2Fevil.example", "/verify/%2F%2Fevil.example")]
    public async Task The_form_leads_to_the_address_of_the_value(string value, string location)
    {
        var answer = await pages.GetAsync($"/verify?value={value}");

        Assert.Equal((303, location), (answer.Status, answer.Header("Location")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("%20")]
    [InlineData("..")]
    public async Task A_field_without_a_value_says_so(string value)
    {
        var answer = await pages.GetAsync($"/verify?value={value}");
        var page = await ReadAsync(answer);

        Assert.Equal(400, answer.Status);
        Assert.Equal("value-error", page.QuerySelector("input")!.GetAttribute("aria-describedby"));
        Assert.Equal("alert", page.GetElementById("value-error")!.GetAttribute("role"));
        var fragment = await pages.GetAsync($"/verify?value={value}", s_htmx);
        Assert.Equal((400, "#lookup"), (fragment.Status, fragment.Header("HX-Retarget")));
    }

    [Fact]
    public async Task A_closed_period_is_verified_with_the_numbers_of_the_API()
    {
        foreach (var value in (string[])[pages.ReceiptId, pages.ProofRoot])
        {
            var said = (await pages.GetAsync($"/api/v1/verify/{value}?source=both")).Data;
            var answer = await pages.GetAsync($"/verify/{value}");
            var page = await ReadAsync(answer);

            Assert.Equal((200, "Proof available"), (answer.Status, page.QuerySelector("h1")!.TextContent));
            Assert.Equal($"Proof available – {Vendor}", page.Title);
            Assert.Equal($"Recorded by {Vendor}", Fact(page, "Written by"));
            Assert.Equal($"{Number(said.GetProperty("summary"), "recordCount")} records", Fact(page, "Count"));
            Assert.Equal($"{Number(said.GetProperty("summary"), "netChange").TrimStart('-')} recorded", Fact(page, "Net"));
            Assert.Equal(Text(said, "proofRoot"), Fact(page, "Proof root"));
            Assert.Equal(Text(said.GetProperty("verification"), "verificationReference"), Fact(page, "Verification reference"));
            Assert.Equal($"{said.GetProperty("verification").GetProperty("logIndex")} of {said.GetProperty("verification").GetProperty("treeSize")}", Fact(page, "Log index"));
            Assert.StartsWith("Every record was hashed again.", Fact(page, "Checked"), StringComparison.Ordinal);
            Assert.Equal("root", page.QuerySelector("[data-check]")!.GetAttribute("data-check"));

            // Who has the id has the receipt; who has the root has not.
            Assert.Equal(value == pages.ReceiptId ? 1 : 0, page.QuerySelectorAll("a[href^='/receipt/']").Length);
        }
    }

    [Fact]
    public async Task A_submission_is_checked_by_its_block()
    {
        var page = await ReadAsync(await pages.GetAsync($"/verify/{pages.Submission}"));

        Assert.Equal("Proof available", page.QuerySelector("h1")!.TextContent);
        Assert.Equal("1 records", Fact(page, "Count"));
        Assert.DoesNotContain(page.QuerySelectorAll("dt"), term => term.TextContent == "Net");
        Assert.Equal("true", page.QuerySelector("[data-check]")!.GetAttribute("data-block"));
    }

    [Theory]
    [InlineData("chk_unknown")]
    [InlineData("nonsense")]
    [InlineData("%3Cscript%3E")]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task What_nobody_knows_is_not_found(string value)
    {
        var answer = await pages.GetAsync($"/verify/{value}");
        var page = await ReadAsync(answer);

        Assert.Equal(404, answer.Status);
        Assert.Contains(
            "Nothing is known under this value. The fingerprint of one record is checked on that record's page.", Words(page.QuerySelector("#result")!), StringComparison.Ordinal);
        Assert.Equal("Check it yourself", page.QuerySelectorAll("#result h2")[^1].TextContent);
    }

    [Fact]
    public async Task What_is_not_sealed_yet_is_recorded()
    {
        var tenant = await pages.Host.CreateTenantAsync();
        await EmitAsync(tenant, "cust_1", -1); // its ledger is there

        // The sealer waits for the table; readers do not.
        await using var connection = await pages.Host.Database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("LOCK TABLE ledger_seals IN EXCLUSIVE MODE", connection, transaction)) await hold.ExecuteNonQueryAsync();
        var root = Text(await EmitAsync(tenant, "cust_1", -1), "proofRoot");

        var answer = await pages.GetAsync($"/verify/{root}");
        var page = await ReadAsync(answer);

        Assert.Equal((200, "Recorded; verification is not complete yet."), (answer.Status, page.QuerySelector("h1")!.TextContent));
        Assert.Empty(page.QuerySelectorAll("[data-check]"));
    }

    [Fact]
    public async Task What_was_changed_by_hand_no_longer_matches()
    {
        var tenant = await pages.Host.CreateTenantAsync(name: "Changed");
        var root = Text(await EmitAsync(tenant, "cust_9", -5), "proofRoot");
        await Eventually.HoldsAsync(async () => Text((await pages.GetAsync($"/api/v1/verify/{root}")).Data, "status") == "VERIFIED");
        await pages.Host.ExecuteAsync(
            "UPDATE records r SET delta = -4 FROM customers c WHERE c.ledger_no = r.ledger_no AND c.customer_no = r.customer_no AND c.customer_id = 'cust_9'");

        var answer = await pages.GetAsync($"/verify/{root}");
        var page = await ReadAsync(answer);

        Assert.Equal((200, "The stored record no longer matches its proof."), (answer.Status, page.QuerySelector("h1")!.TextContent));
        Assert.Empty(page.QuerySelectorAll("[data-check]"));
    }

    [Fact]
    public async Task Each_result_ends_with_how_to_check_it_oneself()
    {
        var key = (await pages.GetAsync("/log/production/vkey")).Text.Split('\n')[0];
        foreach (var value in (string[])[pages.ProofRoot, pages.Submission, s_unknown])
        {
            var page = await ReadAsync(await pages.GetAsync($"/verify/{value}"));
            Assert.Equal("Check it yourself", page.QuerySelectorAll("#result h2")[^1].TextContent);
            Assert.Equal(key, Fact(page, "Verifier key"));
            Assert.Equal($"{pages.Host.BaseAddress.Authority}/api/v1/verify/{value}", Fact(page, "For machines"));
            Assert.Equal($"{pages.Host.BaseAddress.Authority}/log/production", Fact(page, "Log"));
        }
    }

    [Fact]
    public async Task Check_swaps_the_result_and_pushes_its_address()
    {
        var answer = await pages.GetAsync($"/verify/{pages.ProofRoot}", s_htmx);

        Assert.Equal((200, $"/verify/{pages.ProofRoot}"), (answer.Status, answer.Header("HX-Push-Url")));
        Assert.DoesNotContain("<html", answer.Text, StringComparison.Ordinal);
        var fragment = await ReadAsync(answer);
        Assert.Equal("take-focus", fragment.QuerySelector("#result h1")!.ClassName);
        Assert.Equal($"Written by {Vendor}. Visible to both. Owned by neither.", Words(fragment.GetElementById("written-by")!));

        var restored = await pages.GetAsync($"/verify/{pages.ProofRoot}", s_htmx, ("HX-History-Restore-Request", "true"));
        Assert.Contains("<html", restored.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_result_holds_a_banned_word()
    {
        foreach (var path in (string[])["/verify", $"/verify/{pages.ProofRoot}", $"/verify/{pages.Submission}", $"/verify/{s_unknown}"])
            Assert.DoesNotMatch(BannedOnPages.Words, (await pages.GetAsync(path)).Text);
    }
}
