using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Features.Documents;
using PacSpace.Infrastructure.Documents;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Features.Tests.Documents.DocumentScenario;

namespace PacSpace.Features.Tests.Documents;

/// <summary>A middleware tenant whose name no document may say, a vendor account whose name needs every font, and a look into PDFs with
/// other people's programs.</summary>
public abstract class PdfScenario(PostgresFixture postgres) : IAsyncLifetime
{
    protected const string Parent = "Parent Billing Platform";
    protected const string Vendor = "شركة النور 星辰智能 🚀 & <Söhne>";
    protected const string Reason = "دفعة الاستدلال 推理批次 🚀 inference of model-7, EU \u001b\u202E";

    protected TemporaryFolder Folder { get; } = new();

    protected ClosingScenario It { get; private set; } = null!;

    protected string VendorAccount { get; private set; } = "";

    protected string KeptIn => It.Host.Services.GetRequiredService<RendererOptions>().Folder;

    public async ValueTask InitializeAsync()
    {
        It = await ClosingScenario.StartAsync(postgres, isMiddleware: true);
        await It.Host.ExecuteAsync("UPDATE tenants SET name = $1", Parent);
        VendorAccount = await It.Host.CreateVendorAccountAsync(It.Tenant.TenantId, Vendor);
    }

    public async ValueTask DisposeAsync()
    {
        await It.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected async Task<System.Text.Json.JsonElement> CloseMarchAsync(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            await It.EmitAsync("cust_a", i == 1 ? 0.75m : -i, reason: i % 20 == 1 ? Reason : "tokens", vendorAccountId: VendorAccount);
            It.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await It.SealedAsync();
        It.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var answer = await It.CommitAsync(new { customerId = "cust_a", period = "2026-03", vendorAccountId = VendorAccount });
        Assert.True(answer.Status is 200 or 201, answer.Text);
        await It.CompletedAsync(answer.Data.Text("checkpointId")!);
        return answer.Data;
    }

    protected ExportRecord Ask(string format, string? period = null) => new(CallerOf(It.Tenant, isMiddleware: true), "cust_a", null, format, period, null, null);

    protected async Task<string> TextAsync(ExportRecord request) => await RunAsync("pdftotext", "-layout", await SaveAsync((await FileAsync(It.Host, request)).Bytes), "-");

    protected async Task<string> SaveAsync(byte[] pdf)
    {
        var path = Folder.Combine($"{Guid.NewGuid():n}.pdf");
        await File.WriteAllBytesAsync(path, pdf);
        return path;
    }

    /// <summary>To look at, when somebody says where.</summary>
    protected static void Show(string name, byte[] pdf)
    {
        if (Environment.GetEnvironmentVariable("PACSPACE_SHOW") is { } folder) File.WriteAllBytes(Path.Combine(folder, $"{name}.pdf"), pdf);
    }

    /// <summary>Nowhere in the file, its metadata and its text; names in PDF are UTF-16 as well.</summary>
    protected void NamesOnlyTheVendor(string file, string text, string info)
    {
        Assert.Contains("Recorded by", text, StringComparison.Ordinal);
        Assert.Contains("星辰智能", info, StringComparison.Ordinal);
        var bytes = Encoding.Latin1.GetString(File.ReadAllBytes(Plain(file)));
        foreach (var hidden in new[] { Parent, It.Tenant.TenantId, Convert.ToHexStringLower(Encoding.BigEndianUnicode.GetBytes(Parent)) })
        {
            Assert.DoesNotContain(hidden, bytes, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(hidden, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(hidden, info, StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain("Parent", text, StringComparison.Ordinal);
    }

    private static string Plain(string file) => file + ".plain";

    /// <summary>What of ISO 19005-3, level B, can be seen from outside.</summary>
    protected static async Task IsPdfA3bAsync(string file)
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
