using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using PacSpace.Infrastructure.Documents;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Features.Tests.Documents.DocumentScenario;

namespace PacSpace.Features.Tests.Documents;

/// <summary>Records of every length and vendors of every script, as documents: what both papers say, that they are the same bytes again,
/// and that the attachment holds for the verifier as a stranger runs it.</summary>
public sealed class PaperWalkTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Long =
        "Inference of 1,024 prompts with the model of the second quarter, in the region of Frankfurt, for the team that evaluates translations; agreed on by mail on the 3rd and counted by the job itself. ";

    private readonly TemporaryFolder _folder = new();
    private ClosingScenario _it = null!;
    private string _account = "";

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres, isMiddleware: true);

    public async ValueTask DisposeAsync()
    {
        await _it.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("empty", 0, "Acme Inference", null)]
    [InlineData("one", 1, "Acme Inference", "Nordwind Logistik GmbH")]
    [InlineData("full", 42, "Acme Inference", "Nordwind Logistik GmbH")]
    [InlineData("arabic", 42, "شركة النور للذكاء الاصطناعي", "مؤسسة الأفق")]
    [InlineData("chinese", 42, "星辰智能科技（上海）有限公司", "北京示例科技有限公司")]
    [InlineData("emoji", 42, "🚀 Rocket 👩‍💻 Labs 🇪🇺", "Müller & Söhne 🍞")]
    public async Task Both_papers_are_whole(string name, int count, string vendor, string? customer)
    {
        var checkpoint = await CloseAprilAsync(count, vendor, customer);
        var (record, receipt) = (await TwiceAsync(() => RecordAsync("pdf")), await TwiceAsync(() => ReceiptAsync(checkpoint)));
        await File.WriteAllBytesAsync(_folder.Combine("record.pdf"), record);
        await File.WriteAllBytesAsync(_folder.Combine("receipt.pdf"), receipt);
        if (Environment.GetEnvironmentVariable("PACSPACE_SHOW") is { } show)
        {
            await File.WriteAllBytesAsync(Path.Combine(show, $"record-{name}.pdf"), record);
            await File.WriteAllBytesAsync(Path.Combine(show, $"receipt-{name}.pdf"), receipt);
            await File.WriteAllBytesAsync(Path.Combine(show, $"record-{name}.csv"), await RecordAsync("csv"));
        }

        var text = await RunAsync("pdftotext", "-layout", _folder.Combine("record.pdf"), "-");
        Assert.Equal(count, Regex.Count(text, @"2026-04-\d\d \d\d:\d\d:\d\d"));
        Assert.Contains(checkpoint.Text("proofRoot")!, text, StringComparison.Ordinal);
        foreach (var paper in (string[])["record.pdf", "receipt.pdf"]) Assert.DoesNotContain(".notdef", await RunAsync("pdffonts", _folder.Combine(paper)), StringComparison.Ordinal);

        await RunAsync("pdfdetach", "-saveall", "-o", _folder, _folder.Combine("record.pdf"));
        var bundle = _folder.Combine($"receipt-{checkpoint.Text("checkpointId")}.bundle.json");
        var (exitCode, said) = await VerifyAsync(bundle);
        Assert.True(exitCode == 0, said);
        Assert.StartsWith("holds: ", said, StringComparison.Ordinal);

        var bytes = await File.ReadAllBytesAsync(bundle);
        bytes[bytes.AsSpan().IndexOf(count == 0 ? "\"closing\":\""u8 : "\"delta\":\""u8) + 12] ^= 1;
        await File.WriteAllBytesAsync(bundle, bytes);
        Assert.Equal(1, (await VerifyAsync(bundle)).ExitCode);
    }

    private async Task<JsonElement> CloseAprilAsync(int count, string vendor, string? customer)
    {
        _account = await _it.Host.CreateVendorAccountAsync(_it.Tenant.TenantId, vendor);
        await _it.EmitAsync("cust_a", -1_000_000, reason: "opening", vendorAccountId: _account); // of March; the record is April's
        await _it.SealedAsync();
        if (customer is not null) await _it.Host.ExecuteAsync("UPDATE customers SET display_name = $1", customer);
        _it.Clock.Set(new(2026, 4, 1, 6, 10, 9, TimeSpan.Zero));
        var deltas = Enumerable.Range(1, count).Select(i => new
        {
            customerId = "cust_a",
            delta = i % 10 == 0 ? 250_000m : -i * 137.000000001m,
            reason = i switch
            {
                3 => string.Concat(Enumerable.Repeat(Long, 3))[..500],
                5 => "دفعة الاستدلال 推理批次 🚀 inference of model-7",
                9 => "=HYPERLINK(\"https://example.net\",\"more\")",
                11 => "@SUM(1+1)",
                12 => "a, \"b\"\r\nc",
                _ => "tokens",
            },
            referenceId = i switch { 7 => new string('W', 256), 13 => "+1+1", 14 => "-2+3", 15 => "\t=1", 16 => "0042", 17 => "1e5", _ => $"job_{880 + i}" },
        }).ToList();
        if (count > 0) Assert.Equal(201, (await _it.Tenant.PostAsync("/api/v1/balance/delta/batch", new { deltas, vendorAccountId = _account })).Status);
        await _it.SealedAsync();
        _it.Clock.Set(ClosingScenario.May.AddMinutes(5));
        var answer = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-04", vendorAccountId = _account });
        Assert.True(answer.Status == 201, answer.Text);
        await _it.CompletedAsync(answer.Data.Text("checkpointId")!);
        return answer.Data;
    }

    private async Task<byte[]> RecordAsync(string format) =>
        (await FileAsync(_it.Host, new(CallerOf(_it.Tenant, isMiddleware: true), "cust_a", null, format, "2026-04", null, null))).Bytes;

    private async Task<byte[]> ReceiptAsync(JsonElement checkpoint)
    {
        var answer = await _it.Host.GetAsync($"/api/v1/receipt/{checkpoint.Text("checkpointId")}.pdf");
        Assert.Equal("200", answer.ToString());
        return answer.Bytes;
    }

    /// <summary>Made anew the second time.</summary>
    private async Task<byte[]> TwiceAsync(Func<Task<byte[]>> make)
    {
        var first = await make();
        var kept = _it.Host.Services.GetService(typeof(RendererOptions)) as RendererOptions;
        if (Directory.Exists(kept!.Folder)) Directory.Delete(kept.Folder, recursive: true);
        var second = await make();
        Assert.True(first.AsSpan().SequenceEqual(second), "The second document differs from the first.");
        return first;
    }

    /// <summary>The program in a process of its own, with the log's key and nothing else of ours.</summary>
    private async Task<(int ExitCode, string Said)> VerifyAsync(string file)
    {
        var key = await _it.Host.QueryAsync<string>("SELECT vkey FROM log_keys WHERE environment = $1", _it.Tenant.Environment);
        using var verifier = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "pacspace-verify"), [file, "--key", key]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = verifier.StandardError.ReadToEndAsync();
        var said = await verifier.StandardOutput.ReadToEndAsync();
        await verifier.WaitForExitAsync();
        return (verifier.ExitCode, said + await errors);
    }
}
