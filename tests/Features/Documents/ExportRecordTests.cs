using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using PacSpace.Features.Documents;
using PacSpace.Features.Pipeline;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Features.Tests.Documents.DocumentScenario;

namespace PacSpace.Features.Tests.Documents;

public sealed class ExportRecordTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Reason500 = "يوليو 七月 🚀 ";

    private ClosingScenario _it = null!;
    private Caller _caller = null!;

    public async ValueTask InitializeAsync()
    {
        _it = await ClosingScenario.StartAsync(postgres);
        _caller = CallerOf(_it.Tenant);
    }

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task Csv_and_json_say_the_same_of_every_record()
    {
        string[] reasons = ["tokens", "=1+2", "say \"hi\"", "a,b\r\nc", "\ttab", "-5", Reason500];
        for (var i = 0; i < reasons.Length; i++)
        {
            await _it.EmitAsync("cust_a", i == 2 ? 12.5m : -(i + 0.000000001m), reason: reasons[i]);
            _it.Clock.Advance(TimeSpan.FromMilliseconds(1.5));
        }

        await _it.SealedAsync();
        var (name, type, csv) = await FileAsync(_it.Host, Ask("csv"));
        var (_, _, json) = await FileAsync(_it.Host, Ask("json"));

        Assert.Equal(("record-2026-03.csv", "text/csv; charset=utf-8; header=present"), (name, type));
        var rows = Rows(csv);
        var document = JsonDocument.Parse(json).RootElement;
        var records = document.GetProperty("records").EnumerateArray().ToList();
        Assert.Equal(reasons.Length, rows.Count);
        Assert.Equal(reasons, records.Select(r => r.Text("reason")));
        Assert.Equal(reasons.Select(r => r[0] is '=' or '-' or '\t' ? "'" + r : r), rows.Select(r => r["reason"]));
        foreach (var (row, record) in rows.Zip(records))
        {
            Assert.Equal(record.Text("recordId"), row["recordId"]);
            Assert.Equal(record.GetProperty("signedDelta").GetRawText(), row["signedDelta"]);
            Assert.Equal(record.GetProperty("recordedValue").GetRawText(), row["recordedValue"]);
            Assert.Equal((record.Text("time"), record.Text("fingerprint"), "recorded"), (row["time"], row["fingerprint"], row["state"]));
            var api = (await _it.Tenant.GetAsync($"/api/v1/balance/delta/{row["recordId"]}")).Data;
            Assert.Equal((api.Text("acceptedAt"), api.Text("itemHash"), api.Text("verificationReference")), (row["time"], row["fingerprint"], row["verificationReference"]));
            Assert.Equal(("credits", "Acme Inference", ""), (row["unit"], row["recordedBy"], row["referenceId"]));
        }

        Assert.Equal(rows.Sum(r => decimal.Parse(r["signedDelta"], CultureInfo.InvariantCulture)), document.Number("netDelta"));
        Assert.Equal((7, "credits", "2026-03"), (document.GetProperty("recordCount").GetInt32(), document.Text("unit"), document.Text("period")));
        Assert.True(document.IsNull("proofRoot"));
    }

    [Fact]
    public async Task A_closed_scope_has_its_root_and_its_rows_are_verified()
    {
        await _it.EmitManyAsync("cust_a", 3);
        _it.Clock.Set(ClosingScenario.April.AddDays(2));
        await _it.EmitAsync("cust_a", -7);
        await _it.SealedAsync();
        var march = await _it.CloseAsync("cust_a", "2026-03");

        foreach (var request in new[] { Ask("json", "2026-03"), Ask("json", checkpointId: march.Text("checkpointId")) })
        {
            var (name, _, json) = await FileAsync(_it.Host, request);
            var document = JsonDocument.Parse(json).RootElement;
            Assert.Equal("record-2026-03.json", name);
            Assert.Equal((march.Text("proofRoot"), march.Text("checkpointId"), 3, -6m), (document.Text("proofRoot"), document.Text("checkpointId"), document.GetProperty("recordCount").GetInt32(), document.Number("netDelta")));
            Assert.Equal("2026-04-01T00:00:00.000Z", document.Text("verifiedThroughAt"));
            Assert.All(document.GetProperty("records").EnumerateArray(), record => Assert.Equal("verified", record.Text("state")));
        }

        var april = JsonDocument.Parse((await FileAsync(_it.Host, Ask("json"))).Bytes).RootElement;
        Assert.Equal((1, -7m, "recorded"), (april.GetProperty("recordCount").GetInt32(), april.Number("netDelta"), april.GetProperty("records")[0].Text("state")));

        var (bundleName, _, bundle) = await FileAsync(_it.Host, Ask("bundle", "2026-03"));
        Assert.Equal($"receipt-{march.Text("checkpointId")}.bundle.json", bundleName);
        Assert.Equal(3, (await _it.VerifiedAsync(bundle)).Records);
        Assert.Equal(RefusalCode.ProofUnavailable, await RefusedAsync(_it.Host, Ask("bundle")));
    }

    [Fact]
    public async Task A_window_without_records_is_a_whole_file_in_every_format()
    {
        await _it.EmitAsync("cust_a", -7);
        await _it.SealedAsync();

        Assert.Equal(
            "recordId,sequenceNumber,time,recordedValue,unit,signedDelta,reason,referenceId,state,fingerprint,verificationReference,recordedBy\r\n",
            Encoding.UTF8.GetString((await FileAsync(_it.Host, Ask("csv", "2026-02"))).Bytes));
        var document = JsonDocument.Parse((await FileAsync(_it.Host, Ask("json", "2026-02"))).Bytes).RootElement;
        Assert.Equal((0, 0, 0m), (document.GetProperty("records").GetArrayLength(), document.GetProperty("recordCount").GetInt32(), document.Number("netDelta")));
    }

    [Fact]
    public async Task A_record_that_no_longer_reproduces_its_hash_is_recording_and_has_no_reference()
    {
        await _it.EmitManyAsync("cust_a", 2);
        await _it.SealedAsync();
        await _it.Host.ExecuteAsync(
            "INSERT INTO record_failures SELECT ledger_no, ledger_index, customer_no, seq, leaf, now(), NULL FROM records WHERE seq = 1");

        var rows = Rows((await FileAsync(_it.Host, Ask("csv"))).Bytes);

        Assert.Equal([("recording", ""), ("recorded", rows[1]["verificationReference"])], rows.Select(r => (r["state"], r["verificationReference"])));
        Assert.StartsWith("0x", rows[1]["verificationReference"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_fit_together_or_is_not_the_callers_is_refused()
    {
        await _it.EmitAsync("cust_a", -1);
        await _it.EmitAsync("cust_b", -1);
        await _it.SealedAsync();
        _it.Clock.Set(ClosingScenario.April.AddMinutes(1));
        var others = await _it.CloseAsync("cust_b", "2026-03");
        (ExportRecord Request, RefusalCode Code)[] table =
        [
            (Ask("xml"),                                                   RefusalCode.ValidationError),
            (Ask("csv", "2026-13"),                                        RefusalCode.ValidationError),
            (Ask("csv", "2026-03", "chk_00000000000000000000000000"),      RefusalCode.InvalidScopeCombination),
            (Ask("csv", checkpointId: "chk_00000000000000000000000000"),   RefusalCode.CheckpointNotFound),
            (Ask("csv", checkpointId: others.Text("checkpointId")),        RefusalCode.CheckpointNotFound),
            (Ask("csv") with { CustomerId = "nobody" },                    RefusalCode.CustomerNotFound),
            (Ask("csv") with { Caller = _caller with { TenantId = "tnt_other" } }, RefusalCode.CustomerNotFound),
            (Ask("csv") with { VendorAccountId = "cmw_vendor_1" },         RefusalCode.VendorAccountForbidden),
        ];

        foreach (var (request, code) in table) Assert.Equal((request, code), (request, await RefusedAsync(_it.Host, request)));
    }

    private ExportRecord Ask(string format, string? period = null, string? checkpointId = null) => new(_caller, "cust_a", null, format, period, checkpointId, Visit: null);

    /// <summary>Read by somebody else's reader.</summary>
    private static List<Dictionary<string, string>> Rows(byte[] csv)
    {
        Assert.NotEqual(0xEF, csv[0]);
        using var reader = new CsvReader(new StreamReader(new MemoryStream(csv)), new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\r\n" });
        reader.Read();
        reader.ReadHeader();
        var rows = new List<Dictionary<string, string>>();
        while (reader.Read()) rows.Add(reader.HeaderRecord!.ToDictionary(name => name, name => reader.GetField(name)!));
        return rows;
    }
}
