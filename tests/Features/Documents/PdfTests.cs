using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Features.Documents;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Documents;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Features.Tests.Documents.DocumentScenario;

namespace PacSpace.Features.Tests.Documents;

/// <summary>Documents as the real renderer makes them, looked into with other people's programs.</summary>
public sealed class PdfTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Parent = "Parent Billing Platform";
    private const string Vendor = "شركة النور 星辰智能 🚀 & <Söhne>";
    private const string Reason = "دفعة الاستدلال 推理批次 🚀 inference of model-7, EU \u001b\u202E";

    private readonly TemporaryFolder _folder = new();
    private ClosingScenario _it = null!;
    private string _vendorAccount = "";

    public async ValueTask InitializeAsync()
    {
        _it = await ClosingScenario.StartAsync(postgres, isMiddleware: true);
        await _it.Host.ExecuteAsync("UPDATE tenants SET name = $1", Parent);
        _vendorAccount = await _it.Host.CreateVendorAccountAsync(_it.Tenant.TenantId, Vendor);
    }

    public async ValueTask DisposeAsync()
    {
        await _it.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_closed_record_is_PDF_A_3b_with_its_evidence_inside_and_the_same_bytes_again()
    {
        var checkpoint = await CloseMarchAsync(60);
        await _it.Host.ExecuteAsync("UPDATE customers SET display_name = '北京 Example GmbH'");

        var (name, type, pdf) = await FileAsync(_it.Host, Ask("pdf", "2026-03"));
        Directory.Delete(_it.Host.Services.GetRequiredService<RendererOptions>().Folder, recursive: true);
        var again = (await FileAsync(_it.Host, Ask("pdf", "2026-03"))).Bytes;

        Show("record-60", pdf);
        Assert.Equal(("record-2026-03.pdf", "application/pdf"), (name, type));
        Assert.True(pdf.AsSpan().SequenceEqual(again));
        var file = await SaveAsync(pdf);
        await IsPdfA3bAsync(file);
        var text = await RunAsync("pdftotext", "-layout", file, "-");
        Assert.Equal(2, Regex.Count(text, "Page [12] of 2"));
        Assert.Contains("Verified through 31 March 2026", text, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(text, @"No\.\s+Time \(UTC\)\s+Reason\s+Reference\s+Recorded \(credits\)\s+State"));
        Assert.Equal(60, Regex.Count(text, @"2026-03-15 12:\d\d:\d\d"));
        Assert.Contains("1,828.25 credits recorded", text, StringComparison.Ordinal);
        Assert.Contains(checkpoint.Text("proofRoot")!, text, StringComparison.Ordinal);
        Assert.Contains("推理批次", text, StringComparison.Ordinal);
        NamesOnlyTheVendor(file, text, await RunAsync("pdfinfo", file));

        var bundleName = $"receipt-{checkpoint.Text("checkpointId")}.bundle.json";
        await RunAsync("pdfdetach", "-saveall", "-o", _folder, file);
        var attached = await File.ReadAllBytesAsync(_folder.Combine(bundleName));
        Assert.Equal((await FileAsync(_it.Host, Ask("bundle", "2026-03"))).Bytes, attached);
        Assert.Equal(60, (await _it.VerifiedAsync(attached)).Records);
    }

    [Fact]
    public async Task An_open_record_and_an_empty_one_say_so()
    {
        await _it.EmitAsync("cust_a", -5, vendorAccountId: _vendorAccount);
        await _it.SealedAsync();

        var open = await TextAsync(Ask("pdf"));
        var empty = await TextAsync(Ask("pdf", "2026-01"));

        Assert.Contains("5 credits recorded", open, StringComparison.Ordinal);
        Assert.Contains("No period verified yet", open, StringComparison.Ordinal);
        Assert.Contains("No proof root yet", open, StringComparison.Ordinal);
        Assert.Contains("0 credits recorded", empty, StringComparison.Ordinal);
        Assert.Contains("No records in this period.", empty, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_it.Host.Services.GetRequiredService<RendererOptions>().Folder, "*.pdf"));
    }

    [Fact]
    public async Task A_record_with_a_damaged_row_is_a_document_without_evidence_and_is_not_kept()
    {
        await CloseMarchAsync(2);
        await _it.Host.ExecuteAsync("UPDATE records SET reason = 'changed' WHERE seq = 1");

        var text = await TextAsync(Ask("pdf", "2026-03"));

        Assert.Contains("No proof can be given: a stored record no longer matches its proof.", text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_it.Host.Services.GetRequiredService<RendererOptions>().Folder, "*.pdf"));
    }

    [Fact]
    public async Task A_public_receipt_is_one_page_without_a_row()
    {
        var checkpoint = await CloseMarchAsync(3);
        var path = $"/api/v1/receipt/{checkpoint.Text("checkpointId")}.pdf";

        var answer = await _it.Host.GetAsync(path);
        var again = await _it.Host.GetAsync(path);
        var german = await _it.Host.GetAsync($"{path}?locale=de-DE&timezone=Europe/Berlin");

        Show("receipt-3", answer.Bytes);
        Assert.Equal("200", answer.ToString());
        Assert.Equal(
            ("application/pdf", "inline; filename=\"receipt-2026-03.pdf\"", "*", "no-store"),
            (answer.Header("Content-Type"), answer.Header("Content-Disposition"), answer.Header("Access-Control-Allow-Origin"), answer.Header("Cache-Control")));
        Assert.Equal(answer.Bytes, again.Bytes);
        var file = await SaveAsync(answer.Bytes);
        await IsPdfA3bAsync(file);
        var text = await RunAsync("pdftotext", "-layout", file, "-");
        var info = await RunAsync("pdfinfo", file);
        Assert.Matches("Pages: +1\n", info);
        Assert.Contains("0 embedded files", await RunAsync("pdfdetach", "-list", file), StringComparison.Ordinal);
        NamesOnlyTheVendor(file, text, info);
        foreach (var said in new[]
        {
            "credits recorded", "March 2026", "Verified through 31 March 2026", checkpoint.Text("proofRoot")!, "app.example.com/log/production",
            $"https://app.example.com/receipt/{checkpoint.Text("checkpointId")}", "Visible to both. Owned by neither.", "Powered by PacSpace",
        })
        {
            Assert.Contains(said, text, StringComparison.Ordinal);
        }

        foreach (var secret in new[] { "cust_a", "推理", "inference", _vendorAccount, "/bundle" }) Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        Assert.False(BannedWords.IsIn(text));
        Assert.Contains("31 März 2026", await RunAsync("pdftotext", await SaveAsync(german.Bytes), "-"), StringComparison.Ordinal);

        foreach (var unknown in new[] { "chk_00000000000000000000000000", checkpoint.Text("proofRoot")!, "x" })
            Assert.Equal("404 NOT_FOUND", (await _it.Host.GetAsync($"/api/v1/receipt/{unknown}.pdf")).ToString());
        Assert.Equal("400 VALIDATION_ERROR", (await _it.Host.GetAsync($"{path}?locale=xx-Nowhere")).ToString());
    }

    [Fact]
    public async Task Without_a_renderer_a_PDF_is_503_and_everything_else_is_there()
    {
        var checkpoint = await CloseMarchAsync(3);
        await using var other = await PacSpaceHost.StartAsync(
            _it.Host.Database, settings: new Dictionary<string, string?> { [InstallationSettings.KeysSetting] = _it.Host.KeysDirectory, ["PacSpace:Documents:Python"] = "/nowhere/python3" }, clock: _it.Clock);

        var answer = await other.GetAsync($"/api/v1/receipt/{checkpoint.Text("checkpointId")}.pdf");

        Assert.Equal(("503 SERVICE_UNAVAILABLE", "10"), (answer.ToString(), answer.Header("Retry-After")));
        Assert.Equal(RefusalCode.ServiceUnavailable, await RefusedAsync(other, Ask("pdf", "2026-03")));
        foreach (var format in new[] { "csv", "json", "bundle" }) Assert.NotEmpty((await FileAsync(other, Ask(format, "2026-03"))).Bytes);
        Assert.Contains(other.Log.Lines, line => line.Contains("The document renderer does not start", StringComparison.Ordinal));
    }

    private async Task<System.Text.Json.JsonElement> CloseMarchAsync(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            await _it.EmitAsync("cust_a", i == 1 ? 0.75m : -i, reason: i % 20 == 1 ? Reason : "tokens", vendorAccountId: _vendorAccount);
            _it.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await _it.SealedAsync();
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var answer = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-03", vendorAccountId = _vendorAccount });
        Assert.True(answer.Status is 200 or 201, answer.Text);
        await _it.CompletedAsync(answer.Data.Text("checkpointId")!);
        return answer.Data;
    }

    private ExportRecord Ask(string format, string? period = null) => new(CallerOf(_it.Tenant, isMiddleware: true), "cust_a", null, format, period, null, Visit: null);

    private async Task<string> TextAsync(ExportRecord request) => await RunAsync("pdftotext", "-layout", await SaveAsync((await FileAsync(_it.Host, request)).Bytes), "-");

    private async Task<string> SaveAsync(byte[] pdf)
    {
        var path = _folder.Combine($"{Guid.NewGuid():n}.pdf");
        await File.WriteAllBytesAsync(path, pdf);
        return path;
    }

    /// <summary>To look at, when somebody says where.</summary>
    private static void Show(string name, byte[] pdf)
    {
        if (Environment.GetEnvironmentVariable("PACSPACE_SHOW") is { } folder) File.WriteAllBytes(Path.Combine(folder, $"{name}.pdf"), pdf);
    }

    /// <summary>Nowhere in the file, its metadata and its text; names in PDF are UTF-16 as well.</summary>
    private void NamesOnlyTheVendor(string file, string text, string info)
    {
        Assert.Contains("Recorded by", text, StringComparison.Ordinal);
        Assert.Contains("星辰智能", info, StringComparison.Ordinal);
        var bytes = Encoding.Latin1.GetString(File.ReadAllBytes(Plain(file)));
        foreach (var hidden in new[] { Parent, _it.Tenant.TenantId, Convert.ToHexStringLower(Encoding.BigEndianUnicode.GetBytes(Parent)) })
        {
            Assert.DoesNotContain(hidden, bytes, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(hidden, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(hidden, info, StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain("Parent", text, StringComparison.Ordinal);
    }

    private static string Plain(string file) => file + ".plain";

    /// <summary>What of ISO 19005-3, level B, can be seen from outside.</summary>
    private static async Task IsPdfA3bAsync(string file)
    {
        Assert.Contains("No syntax or stream encoding errors found", await RunAsync("qpdf", "--check", file), StringComparison.Ordinal);
        await RunAsync("qpdf", "--qdf", "--object-streams=disable", "--no-original-object-ids", file, Plain(file));
        var plain = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Plain(file)));
        Assert.StartsWith("%PDF-1.7", plain, StringComparison.Ordinal);
        Assert.Contains("/S /GTS_PDFA1", plain, StringComparison.Ordinal);                          // 6.2.3
        Assert.Matches(@"pdfaid:part=""3"" pdfaid:conformance=""B""", plain);                       // 6.6.4
        Assert.Matches(@"/ID \[", plain);                                                           // 6.1.3
        foreach (var forbidden in new[] { "/Encrypt", "/JavaScript", "/Launch", "/OpenAction", "/AA ", "/LZWDecode", "/Movie", "/Sound" })
            Assert.DoesNotContain(forbidden, plain, StringComparison.Ordinal);                      // 6.1.3, 6.1.7, 6.5.1
        foreach (var font in (await RunAsync("pdffonts", file)).Split('\n').Skip(2).Where(line => line.Length > 0))
            Assert.Matches(@"yes yes yes +\d+ +\d+$", font);                                        // 6.2.11: embedded, and here subset and with ToUnicode
        foreach (Match block in Regex.Matches(plain, @"(\d+) beginbfchar")) Assert.InRange(int.Parse(block.Groups[1].Value, null), 1, 100);
        if (!plain.Contains("/EmbeddedFile", StringComparison.Ordinal)) return;
        Assert.Contains("/AFRelationship /Data", plain, StringComparison.Ordinal);                  // 6.8
        Assert.Matches(@"/AF \[", plain);
        Assert.Contains("/Subtype /application#2fjson", plain, StringComparison.OrdinalIgnoreCase);
        Assert.Matches(@"/ModDate \(D:", plain);
    }
}
