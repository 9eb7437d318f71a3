using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PacSpace.Bench;

/// <summary>One customer with very many records of this month, and the addresses of its Shared Record.</summary>
internal sealed class LargeCustomer(Installation installation)
{
    public const string Id = "grow";

    private readonly Emits _emits = new(installation);
    private string? _checkpointId;

    /// <summary>The month that everything is recorded in.</summary>
    public static string Period { get; } = DateTime.UtcNow.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    public long Records { get; private set; }

    /// <summary>Until it has that many, all of them sealed.</summary>
    public async Task GrowToAsync(long size)
    {
        if (size > Records) await _emits.FillAsync(Id, size - Records);
        Records = Math.Max(Records, size);
        await installation.SealedAsync();
    }

    /// <summary>Closes the month as far as it is. Gives the checkpoint.</summary>
    public async Task<string> CloseAsync()
    {
        using var connection = installation.Connect();
        await CloseAsync(connection);
        return _checkpointId!;
    }

    public async Task CloseAsync(HttpConnection connection)
    {
        var body = Encoding.ASCII.GetBytes($"{{\"customerId\":\"{Id}\",\"period\":\"{Period}\"}}");
        var status = await connection.SendAsync("POST", "/api/v1/balance/checkpoint", body);
        if (status is not (200 or 201)) throw new InvalidOperationException($"Closing was answered {status}: {Encoding.UTF8.GetString(connection.Body.Span)}");
        _checkpointId = Member(connection, "checkpointId");
    }

    /// <summary>Every page that its link opens. It must have records and a checkpoint.</summary>
    public async Task<IReadOnlyList<(string Name, string Path)>> PagesAsync()
    {
        var link = await installation.ShareAsync(Id);
        using var connection = installation.Connect();
        await connection.SendAsync("POST", "/api/v1/balance/delta", Encoding.ASCII.GetBytes($"{{\"customerId\":\"{Id}\",\"delta\":-1,\"reason\":\"inference\"}}"));
        var recordId = Member(connection, "recordId");
        Records++;
        return
        [
            ("landing", link), ("records", link + "/records"), ("record", $"{link}/records/{recordId}"), ("periods", link + "/periods"),
            ("period", $"{link}/periods/{_checkpointId}"), ("timeline", link + "/timeline"), ("compare", $"{link}/compare?left={_checkpointId}&right={_checkpointId}"),
            ("export", link + "/export"),
        ];
    }

    private static string Member(HttpConnection connection, string name)
    {
        using var json = JsonDocument.Parse(connection.Body);
        return json.RootElement.GetProperty("data").GetProperty(name).GetString()!;
    }
}
