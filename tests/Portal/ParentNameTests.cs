using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AngleSharp.Dom;
using PacSpace.Features.Sharing;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Portal.Tests.RecordPagesScenario;

namespace PacSpace.Portal.Tests;

/// <summary>A billing middleware is planted wherever it can stand and looked for in every byte that its sellers' customers get; so are
/// the words that customers must not read (portal 2).</summary>
public sealed class ParentNameTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Mark = "Zyxwvut";
    private const string Branded = "verify.acme.example";

    private RecordPagesScenario _of = null!;
    private string _march = "";
    private string _april = "";
    private string _record = "";
    private string _root = "";
    private string _recordRoot = "";

    public async ValueTask InitializeAsync()
    {
        _of = await StartAsync(postgres);
        var (host, tenantId) = (_of.It.Host, _of.It.Tenant.TenantId);
        await host.ExecuteAsync($"UPDATE tenants SET name = '{Mark} Billing'");
        await host.ExecuteAsync($"UPDATE api_keys SET name = '{Mark} key'");
        await host.ExecuteAsync("INSERT INTO embed_origins VALUES ($1, ARRAY['https://zyxwvut.example'], now())", tenantId);
        await host.ExecuteAsync(
            "INSERT INTO tenant_domains (domain_id, tenant_id, hostname, challenge, stage, suppress_powered_by, created_at) VALUES ('dom_zyxwvut', $1, 'zyxwvut.example', 'Zyxwvut', 'ROUTE_BOUND', false, now())", tenantId);
        await _of.ListenAsync($"{Mark} hook");
        await host.CreateVendorAccountAsync(tenantId, $"{Mark} Sister");
        await _of.BindAsync(Branded);

        (_march, _april) = await _of.RecordThreeMonthsAsync();
        var newest = (await _of.AskMiddlewareAsync("live?period=2026-03&limit=1")).GetProperty("records")[0];
        _record = newest.GetProperty("recordId").GetString()!;
        _recordRoot = (await _of.AskAsync($"/api/v1/balance/delta/{_record}")).GetProperty("proofRoot").GetString()!;
        _root = (await _of.AskMiddlewareAsync($"periods/{_march}")).GetProperty("proofRoot").GetString()!;
    }

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Theory]
    [InlineData(PageVisitor.DefaultHost)]
    [InlineData(Branded)]
    public async Task The_middleware_is_in_no_byte_and_no_banned_word_in_any_text(string host)
    {
        var domain = await _of.It.Host.QueryAsync<string>("SELECT domain_id FROM tenant_domains WHERE hostname = $1", Branded);
        if (host == Branded) await _of.DoneAsync(new UpdateSharing(_of.Vendor, Customer, _of.Account, null, domain, true));
        var (stranger, browser) = (_of.NewVisitor(host), await _of.UnlockedVisitorAsync(host: host));
        var answers = new List<(string What, Answer Answer)>();

        foreach (var path in (string[])[
            "", "?rows=50", "/unlock", "/records", "/records?period=2026-03", $"/records/{_record}", "/records/rec_x", "/periods", $"/periods/{_march}", "/periods/chk_x", "/timeline",
            "/timeline?startDate=x&endDate=y", "/compare", $"/compare?left={_march}&right={_april}", "/compare?left=x&right=y", "/export", "/seen", "/nothing"])
        {
            foreach (var headers in ((string, string)[][])[[], [("HX-Request", "true")], [("Accept", "application/json")]])
            {
                answers.Add((path, await stranger.GetAsync(_of.Home + path, headers)));
                answers.Add((path, await browser.GetAsync(_of.Home + path, headers)));
            }
        }

        foreach (var path in (string[])[
            $"/receipt/{_march}", $"/receipt/{_march}?embed=1", "/receipt/chk_x", "/verify", $"/verify/{_march}", $"/verify/{_root}", $"/verify/{_recordRoot}", "/verify/x", "/verify/pacspace-verifier.html",
            $"/api/v1/receipt/{_march}", $"/api/v1/receipt/{_march}.pdf", $"/api/v1/verify/{_root}", $"/api/v1/verify/{_root}?source=both", $"/api/v1/verify/{_recordRoot}", $"/api/v1/verify/{_march}",
            "/log/production/checkpoint", "/log/production/vkey", "/robots.txt", "/c/cus_x"])
            answers.Add((path, await stranger.GetAsync(path)));

        foreach (var period in ((string, string)[])[("checkpointId", _march), ("period", "2026-05")])
        {
            foreach (var format in (string[])["csv", "json", "pdf", "bundle"]) answers.Add(($"export {format} {period.Item1}", await browser.PostAsync($"{_of.Home}/export", [("format", format), period])));
        }

        answers.Add(("proof", await browser.PostAsync($"{_of.Home}/records/{_record}/proof", [])));
        answers.Add(("bundle", await browser.PostAsync($"{_of.Home}/periods/{_march}/bundle", [])));
        answers.Add(("compare", await browser.PostAsync($"{_of.Home}/compare", [("left", _march), ("right", _april)], ("HX-Request", "true"))));
        answers.Add(("wrong code", await stranger.PostAsync($"{_of.Home}/unlock", [("code", "ZZZZZZ")])));

        Assert.Equal(
            ["application/json", "application/pdf", "text/csv", "text/html", "text/plain"],
            answers.Where(answer => answer.Answer.Status == 200).Select(answer => answer.Answer.Header("Content-Type")!.Split(';')[0]).Distinct().Order());
        Assert.Contains(answers, answer => answer.Answer.Text.Contains(Seller, StringComparison.Ordinal));
        foreach (var (what, answer) in answers) await IsCleanAsync($"{what} {answer.Status}", answer);
    }

    private async Task IsCleanAsync(string what, Answer answer)
    {
        string[] hidden = [Mark, "zyxwvut", "Sister", _of.It.Tenant.TenantId, "dom_", Convert.ToHexStringLower(Encoding.BigEndianUnicode.GetBytes(Mark)), Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Mark))];
        var headers = string.Join('\n', answer.Headers.Select(header => $"{header.Key}: {header.Value}"));
        var all = headers + '\n' + Encoding.Latin1.GetString(answer.Bytes);
        foreach (var secret in hidden) Assert.False(all.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{what}: {secret}");

        // A page that checks proofs, or tells how, is text in all its parts; so is whatever a file says beside the vendor's own words.
        var text = answer.Header("Content-Type")?.Split(';')[0] switch
        {
            "text/html" => OfPage(Read(answer)),
            "text/csv" => answer.Text.Split("\r\n")[0].Replace(',', ' '),
            "application/json" => string.Join(' ', Keys(answer.Json)),
            "application/pdf" => await OfPdfAsync(answer.Bytes, hidden, what),
            _ => answer.Text,
        };
        Assert.False(BannedOnPages.Words.IsMatch(text), $"{what}: {BannedOnPages.Words.Match(text)}");
    }

    /// <summary>All that is read, aloud too; code is not.</summary>
    private static string OfPage(IDocument page)
    {
        foreach (var code in page.QuerySelectorAll("script, style").ToList()) code.Remove();
        var attributes = page.All.SelectMany(element => element.Attributes).Where(attribute => attribute.Name is "alt" or "title" or "content" or "placeholder" or "value" || attribute.Name.StartsWith("aria-", StringComparison.Ordinal));
        return $"{page.Title} {page.DocumentElement.TextContent} {string.Join(' ', attributes.Select(attribute => attribute.Value))}";
    }

    /// <summary>Members' names, and names within them as words.</summary>
    private static IEnumerable<string> Keys(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Keys(member.Value).Prepend(string.Concat(member.Name.Select(c => char.IsUpper(c) ? $" {c}" : $"{c}")))),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Keys),
        _ => [],
    };

    /// <summary>What it says and what is said of it; unpacked it is searched once more.</summary>
    private static async Task<string> OfPdfAsync(byte[] pdf, string[] hidden, string what)
    {
        using var folder = new TemporaryFolder();
        var (file, plain) = (folder.Combine("a.pdf"), folder.Combine("plain.pdf"));
        await File.WriteAllBytesAsync(file, pdf);
        await RunAsync("qpdf", "--qdf", "--object-streams=disable", file, plain);
        var (bytes, text) = (Encoding.Latin1.GetString(await File.ReadAllBytesAsync(plain)), await RunAsync("pdftotext", "-layout", file, "-") + await RunAsync("pdfinfo", file));
        foreach (var secret in hidden) Assert.False((bytes + text).Contains(secret, StringComparison.OrdinalIgnoreCase), $"{what}: {secret}");
        Assert.Contains(Seller, text, StringComparison.Ordinal);
        return text;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return said;
    }
}
