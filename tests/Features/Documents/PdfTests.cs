using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PacSpace.Features.Documents;
using PacSpace.Features.Pipeline;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Features.Tests.Documents.DocumentScenario;

namespace PacSpace.Features.Tests.Documents;

/// <summary>Documents as the real renderer makes them.</summary>
public sealed class PdfTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ClosingScenario _it = null!;
    private Caller _caller = null!;

    public async ValueTask InitializeAsync()
    {
        _it = await ClosingScenario.StartAsync(postgres);
        _caller = CallerOf(_it.Tenant);
    }

    public async ValueTask DisposeAsync()
    {
        await _it.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(42)]
    [InlineData(300)]
    public async Task A_closed_record(int count)
    {
        await _it.Host.ExecuteAsync("UPDATE tenants SET name = $1", "شركة النور 星辰智能 🚀 & <Söhne>");
        await _it.EmitAsync("cust_a", count == 0 ? 5 : -12.25m, reason: count < 2 ? "tokens" : string.Concat(Enumerable.Repeat("دفعة الاستدلال رقم ١٧ 推理批次 🚀 gpu_hours ", 11))[..500]);
        for (var i = 1; i < count; i++) await _it.EmitAsync("cust_a", i % 5 == 0 ? 1000.5m * i : -i, reason: i % 7 == 0 ? "Model inference, batch 17, eu-central" : "tokens");
        await _it.Host.ExecuteAsync("UPDATE customers SET display_name = $1", "北京 Example GmbH نموذج");
        await _it.SealedAsync();
        var period = count == 0 ? "2026-02" : "2026-03";
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var checkpoint = await _it.CloseAsync("cust_a", period);
        var (name, _, pdf) = await FileAsync(_it.Host, new ExportRecord(_caller, "cust_a", null, "pdf", period, null));
        if (Environment.GetEnvironmentVariable("SHOW") is { } show)
        {
            await File.WriteAllBytesAsync($"{show}/record-{count}.pdf", pdf);
            await File.WriteAllBytesAsync($"{show}/receipt-{count}.pdf", (await _it.Host.GetAsync($"/api/v1/receipt/{checkpoint.Text("checkpointId")}.pdf")).Bytes);
        }

        Assert.Equal($"record-{period}.pdf", name);
    }
}
