using System.Text.RegularExpressions;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Features.Tests.Documents.DocumentScenario;

namespace PacSpace.Features.Tests.Documents;

/// <summary>The record document as the real renderer makes it.</summary>
public sealed class ExportRecordPdfTests(PostgresFixture postgres) : PdfScenario(postgres)
{
    [Fact]
    public async Task A_closed_record_is_PDF_A_3b_with_its_evidence_inside_and_the_same_bytes_again()
    {
        var checkpoint = await CloseMarchAsync(55);
        await It.Host.ExecuteAsync("UPDATE customers SET display_name = '北京 Example GmbH'");

        var (name, type, pdf) = await FileAsync(It.Host, Ask("pdf", "2026-03"));
        Directory.Delete(KeptIn, recursive: true);
        var again = (await FileAsync(It.Host, Ask("pdf", "2026-03"))).Bytes;

        Show("record-55", pdf);
        Assert.Equal(("record-2026-03.pdf", "application/pdf"), (name, type));
        Assert.True(pdf.AsSpan().SequenceEqual(again));
        var file = await SaveAsync(pdf);
        await IsPdfA3bAsync(file);
        var text = await RunAsync("pdftotext", "-layout", file, "-");
        Assert.Equal(2, Regex.Count(text, "Page [12] of 2"));
        Assert.Contains("Verified through 31 March 2026", text, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(text, @"No\.\s+Time \(UTC\)\s+State\s+Reason\s+Reference\s+Recorded \(credits\)"));
        Assert.Equal(55, Regex.Count(text, @"2026-03-15 12:\d\d:\d\d"));
        Assert.Contains("1,538.25 credits recorded", text, StringComparison.Ordinal);
        Assert.Contains(checkpoint.Text("proofRoot")!, text, StringComparison.Ordinal);
        Assert.Contains("推理批次", text, StringComparison.Ordinal);
        NamesOnlyTheVendor(file, text, await RunAsync("pdfinfo", file));

        var bundleName = $"receipt-{checkpoint.Text("checkpointId")}.bundle.json";
        await RunAsync("pdfdetach", "-saveall", "-o", Folder, file);
        var attached = await File.ReadAllBytesAsync(Folder.Combine(bundleName));
        Assert.Equal((await FileAsync(It.Host, Ask("bundle", "2026-03"))).Bytes, attached);
        Assert.Equal(55, (await It.VerifiedAsync(attached)).Records);
    }

    [Fact]
    public async Task An_open_record_and_an_empty_one_say_so()
    {
        await It.EmitAsync("cust_a", -5, vendorAccountId: VendorAccount);
        await It.SealedAsync();

        var open = await TextAsync(Ask("pdf"));
        var empty = await TextAsync(Ask("pdf", "2026-01"));

        Assert.Contains("5 credits recorded", open, StringComparison.Ordinal);
        Assert.Contains("No period verified yet", open, StringComparison.Ordinal);
        Assert.Contains("No proof root yet", open, StringComparison.Ordinal);
        Assert.Contains("0 credits recorded", empty, StringComparison.Ordinal);
        Assert.Contains("No records in this period.", empty, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(KeptIn, "*.pdf"));
    }

    [Fact]
    public async Task A_record_with_a_damaged_row_is_a_document_without_evidence_and_is_not_kept()
    {
        await CloseMarchAsync(2);
        await It.Host.ExecuteAsync("UPDATE records SET reason = 'changed' WHERE seq = 1");

        var text = await TextAsync(Ask("pdf", "2026-03"));

        Assert.Contains("No proof can be given: a stored record no longer matches its proof.", text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(KeptIn, "*.pdf"));
    }
}
