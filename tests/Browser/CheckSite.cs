using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Evidence;
using PacSpace.Portal.Pages;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Browser.Tests;

/// <summary>The real server with a recorded month, its real evidence, and pages under <c>/test/</c> that hold the check and nothing else.</summary>
public sealed class CheckSite(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>A verifier key that parses and is none of this server's: that of the golden files.</summary>
    public const string OtherKey = "localhost/log/sandbox+d1f4e6e7+AX40kM33C/pWs8K2l//AR4knqX0uHCo6uo8I31PJdZAk";

    private const string Vendor = "Acme Inference";

    private readonly Pages _pages = new();

    public PacSpaceHost Host { get; private set; } = null!;

    /// <summary>As the log publishes it.</summary>
    public string VerifierKey { get; private set; } = null!;

    public string Origin => VerifierKey.Split('+')[0];

    public byte[] Bundle { get; private set; } = null!;

    public byte[] RecordProof { get; private set; } = null!;

    public string RecordId { get; private set; } = null!;

    public string ProofRoot { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string?>
        {
            ["PacSpace:RateLimits:Public:PerSecond"] = "100000", ["PacSpace:RateLimits:Public:Burst"] = "100000",
            ["PacSpace:RateLimits:Log:PerSecond"] = "100000", ["PacSpace:RateLimits:Log:Burst"] = "100000",
        };
        Host = await HostFixture.StartAsync(postgres, settings, adjust: builder => builder.Services.AddSingleton<IStartupFilter>(_pages));
        _pages.Policy = (await Host.GetAsync("/")).Header("Content-Security-Policy")!;

        var tenant = await Host.CreateTenantAsync(name: Vendor, unit: "credits");
        for (var i = 1; i <= 5; i++)
        {
            var emitted = await tenant.PostAsync("/api/v1/balance/delta", new { customerId = "cust_a", delta = -1.5m * i, reason = "tokens", metadata = new { region = "eu-1", i } });
            Assert.True(emitted.Status == 201, emitted.Text);
            RecordId = emitted.Data.GetProperty("recordId").GetString()!;
        }

        var committed = await tenant.PostAsync("/api/v1/balance/checkpoint", new { customerId = "cust_a", period = DateTime.UtcNow.ToString("yyyy-MM", CultureInfo.InvariantCulture) });
        Assert.True(committed.Status is 200 or 201, committed.Text);
        var receipt = $"/api/v1/balance/receipts/{committed.Data.GetProperty("checkpointId").GetString()}/bundle?metadata=true";
        await Eventually.HoldsAsync(async () => (await tenant.GetAsync(receipt)).Status == 200);
        Bundle = (await tenant.GetAsync(receipt)).Bytes;
        RecordProof = (await tenant.GetAsync($"/api/v1/balance/records/{RecordId}/proof")).Bytes;
        ProofRoot = JsonDocument.Parse(Bundle).RootElement.GetProperty("proofRoot").GetString()!;
        VerifierKey = (await Host.GetAsync("/log/production/vkey")).Text.TrimEnd('\n');
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    /// <summary>More entries for the log, under new tree heads.</summary>
    public async Task GrowAsync()
    {
        var before = await SizeAsync();
        var tenant = await Host.CreateTenantAsync();
        Assert.Equal(201, (await tenant.PostAsync("/api/v1/balance/delta", new { customerId = "cust_b", delta = 1, reason = "tokens" })).Status);
        await Eventually.HoldsAsync(async () => await SizeAsync() > before);
    }

    /// <summary>The latest tree head, as it is published.</summary>
    public async Task<string> TreeHeadAsync() => (await Host.GetAsync("/log/production/checkpoint")).Text;

    private async Task<long> SizeAsync() => long.Parse((await TreeHeadAsync()).Split('\n')[1], CultureInfo.InvariantCulture);

    public Uri RecordPage(byte[]? file = null, string? recordId = null) =>
        _pages.Add(Host, CheckProof.OfRecord(Vendor, "production", recordId ?? RecordId, "FILE"), file ?? RecordProof);

    public Uri PeriodPage(byte[]? file = null, long records = 5) =>
        _pages.Add(Host, CheckProof.OfPeriod(Vendor, "production", ProofRoot, records, "FILE"), file ?? Bundle);

    public Uri RootPage(string? proofRoot = null)
    {
        var index = long.Parse(JsonDocument.Parse(Bundle).RootElement.GetProperty("log").GetProperty("index").GetString()!, CultureInfo.InvariantCulture);
        return _pages.Add(Host, CheckProof.OfRoot(Vendor, "production", proofRoot ?? ProofRoot, index), null);
    }

    /// <summary>The block of the record proof, as a submission's verify page shows it.</summary>
    public Uri BlockPage()
    {
        var verdict = new RecordProofVerifier(Keys).Verify(new MemoryByteSource(RecordProof));
        return _pages.Add(Host, CheckProof.OfBlock(Vendor, "production", verdict.Facts!.BlockRoot.To0x(), verdict.Facts.LogIndex.Value), null);
    }

    public KeyRing Keys => KeyRing.TryParse(VerifierKey, out var keys) ? keys : throw new FormatException(VerifierKey);

    /// <summary>Puts its pages before the server's own, and gives each the headers of the start page.</summary>
    private sealed class Pages : IStartupFilter
    {
        private readonly Dictionary<string, CheckProof> _pages = [];
        private readonly Dictionary<string, byte[]> _files = [];

        public string Policy { get; set; } = "";

        public Uri Add(PacSpaceHost host, CheckProof page, byte[]? file)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/test/{_pages.Count}");
            _pages[path] = page.FilePath is null ? page : page with { FilePath = path + "/file" };
            if (file is not null) _files[path + "/file"] = file;
            return new Uri(host.BaseAddress, path);
        }

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (http, following) =>
            {
                var path = http.Request.Path.Value!;
                if (_files.TryGetValue(path, out var file) && HttpMethods.IsPost(http.Request.Method)) await http.Response.Body.WriteAsync(file);
                else if (_pages.TryGetValue(path, out var page)) await ShowAsync(http, page);
                else await following(http);
            });
            next(app);
        };

        private async Task ShowAsync(HttpContext http, CheckProof page)
        {
            var services = http.RequestServices;
            var view = services.GetRequiredService<IRazorViewEngine>().GetView(null, "/Pages/Shared/_CheckProof.cshtml", isMainPage: true).EnsureSuccessful([]).View!;
            var data = new ViewDataDictionary<CheckProof>(new EmptyModelMetadataProvider(), new ModelStateDictionary()) { Model = page, ["Title"] = "Check" };
            var text = new StringWriter();
            await view.RenderAsync(new ViewContext(
                new ActionContext(http, new RouteData(), new ActionDescriptor()), view, data,
                new TempDataDictionary(http, services.GetRequiredService<ITempDataProvider>()), text, new HtmlHelperOptions()));
            http.Response.ContentType = "text/html; charset=utf-8";
            http.Response.Headers.ContentSecurityPolicy = Policy;
            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()));
        }
    }
}
