using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sealing;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Demo;

/// <summary><c>demo.json</c> in the data folder: where the demo is and what opens it. Readable by its owner alone.</summary>
public static class DemoFile
{
    public const string Name = "demo.json";

    private const string SharedCustomer = "cust_acme";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    // Keys have a plus sign, which a shell that reads the file with sed takes as it stands.
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the file, or of an older demo the members that may have changed.</summary>
    /// <param name="vendor">Null when the demo was made at an earlier start; its keys are then in the file already.</param>
    /// <param name="verifierCommand">What to run before a file's name.</param>
    /// <returns>What to tell the person at the terminal; null when this installation has no demo.</returns>
    public static async Task<IReadOnlyList<string>?> WriteAsync(
        Installation installation, DemoVendor? vendor, string baseUrl, string verifierCommand, CancellationToken ct)
    {
        var path = Path.Combine(installation.Settings.DataDirectory, Name);
        if (vendor is null && !File.Exists(path)) return null;
        var members = vendor is null
            ? JsonNode.Parse(await File.ReadAllTextAsync(path, ct))!.AsObject()
            : new JsonObject { ["baseUrl"] = null, ["apiKey"] = vendor.ApiKey, ["sandboxApiKey"] = vendor.SandboxApiKey };
        members["baseUrl"] = baseUrl;
        members["verifierKey"] = await VerifierKeyAsync(installation, Environments.Production, ct);
        members["sandboxVerifierKey"] = await VerifierKeyAsync(installation, Environments.Sandbox, ct);
        members["verifierCommand"] = verifierCommand;
        var link = await SharedRecordAsync(installation, ct);
        members["sharedRecordUrl"] = link is { } shared ? $"{baseUrl}/c/{shared.Handle}" : null;
        members["accessCode"] = link?.Code;

        // Whole or not at all, and never readable by others in between.
        var next = path + ".next";
        await using (var file = new FileStream(next, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            await JsonSerializer.SerializeAsync(file, members, s_indented, ct);
        File.Move(next, path, overwrite: true);
        return Lines(path, members);
    }

    private static async Task<string?> VerifierKeyAsync(Installation installation, string environment, CancellationToken ct) =>
        await new LogReader(installation.Database).KeysAsync(environment, ct) is [var signing, ..] ? signing.VerifierKey : null;

    /// <summary>The link of <see cref="SharedCustomer"/> and what opens it; null when it was revoked.</summary>
    private static async Task<(string Handle, string Code)?> SharedRecordAsync(Installation installation, CancellationToken ct)
    {
        await using var find = installation.Database.CreateCommand(
            "SELECT k.handle, k.code_version FROM customer_links k JOIN customers c USING (ledger_no, customer_no) JOIN ledgers l USING (ledger_no) " +
            "WHERE l.environment = $1 AND c.customer_id = $2 AND k.revoked_at IS NULL ORDER BY l.ledger_no LIMIT 1");
        find.Parameters.Add(new() { Value = Environments.Production });
        find.Parameters.Add(new() { Value = SharedCustomer });
        await using var row = await find.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        var (handle, version) = (row.GetString(0), row.GetInt32(1));
        return (handle, new AccessCodes(() => installation.Secrets).Of(Environments.Production, handle, version));
    }

    private static IReadOnlyList<string> Lines(string path, JsonObject demo)
    {
        var (url, key) = (demo["baseUrl"]!.GetValue<string>(), demo["apiKey"]!.GetValue<string>());
        var headers = $"-H 'X-Api-Key: {key}'";
        return
        [
            $"PacSpace is at {url} with a demo vendor: a dozen customers, three closed months and the month so far.",
            $"Keys are in {path}. The API is described at {url}/docs. Ctrl-C stops everything.",
            $"What a customer sees of its invoice's link: {demo["sharedRecordUrl"]}   access code {demo["accessCode"]}",
            "Try, in another terminal:",
            $"  curl -s {url}/api/v1/balance/delta {headers} -H 'Content-Type: application/json' \\",
            "    -d '{\"customerId\": \"cust_acme\", \"delta\": -42.5, \"reason\": \"gpu_hours\"}'",
            $"  curl -s '{url}/api/v1/balance/receipt/cust_acme?limit=0' {headers}        # its receiptId opens the evidence:",
            $"  curl -s {url}/api/v1/balance/receipts/RECEIPT_ID/bundle {headers} -o receipt.json",
            $"  {demo["verifierCommand"]!.GetValue<string>()} receipt.json --key '{demo["verifierKey"]?.GetValue<string>()}'",
            $"  curl -s {url}/log/production/checkpoint                # the public log's tree head",
        ];
    }
}
