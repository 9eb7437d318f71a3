using PacSpace.Features.Pipeline;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Features.Tests.Documents.DocumentScenario;

namespace PacSpace.Features.Tests.Documents;

/// <summary>The public receipt as the real renderer makes it.</summary>
public sealed class GetReceiptPdfTests(PostgresFixture postgres) : PdfScenario(postgres)
{
    [Fact]
    public async Task A_public_receipt_is_one_page_without_a_row()
    {
        var checkpoint = await CloseMarchAsync(3);
        var path = $"/api/v1/receipt/{checkpoint.Text("checkpointId")}.pdf";

        var answer = await It.Host.GetAsync(path);
        var again = await It.Host.GetAsync(path);
        var german = await It.Host.GetAsync($"{path}?locale=de-DE");

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
            "credits recorded", "March 2026", "Verified through 31 March 2026", checkpoint.Text("proofRoot")!, await It.Host.QueryAsync<string>("SELECT origin FROM log_state WHERE environment = 'production'"),
            $"https://app.example.com/receipt/{checkpoint.Text("checkpointId")}", "Visible to both. Owned by neither.", "Powered by PacSpace",
        })
        {
            Assert.Contains(said, text, StringComparison.Ordinal);
        }

        foreach (var secret in new[] { "cust_a", "推理", "inference", VendorAccount, "/bundle" }) Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        Assert.False(BannedWords.IsIn(text));
        Assert.Contains("31 März 2026", await RunAsync("pdftotext", await SaveAsync(german.Bytes), "-"), StringComparison.Ordinal);

        foreach (var unknown in new[] { "chk_00000000000000000000000000", checkpoint.Text("proofRoot")!, "x" })
            Assert.Equal("404 NOT_FOUND", (await It.Host.GetAsync($"/api/v1/receipt/{unknown}.pdf")).ToString());
        Assert.Equal("400 VALIDATION_ERROR", (await It.Host.GetAsync($"{path}?locale=xx-Nowhere")).ToString());
    }

    [Fact]
    public async Task Without_a_renderer_a_PDF_is_503_and_everything_else_is_there()
    {
        var checkpoint = await CloseMarchAsync(3);
        await using var other = await PacSpaceHost.StartAsync(
            It.Host.Database, settings: new Dictionary<string, string?> { [InstallationSettings.KeysSetting] = It.Host.KeysDirectory, ["PacSpace:Documents:Python"] = "/nowhere/python3" }, clock: It.Clock);

        var answer = await other.GetAsync($"/api/v1/receipt/{checkpoint.Text("checkpointId")}.pdf");

        Assert.Equal(("503 SERVICE_UNAVAILABLE", "10"), (answer.ToString(), answer.Header("Retry-After")));
        Assert.Equal(RefusalCode.ServiceUnavailable, await RefusedAsync(other, Ask("pdf", "2026-03")));
        foreach (var format in new[] { "csv", "json", "bundle" }) Assert.NotEmpty((await FileAsync(other, Ask(format, "2026-03"))).Bytes);
        Assert.Contains(other.Log.Lines, line => line.Contains("The document renderer does not start", StringComparison.Ordinal));
    }
}
