using System.Text.Json;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

/// <summary>Makes the bodies of events (api-dashboard 13.2): the same bytes whenever and wherever it is asked, since all they
/// say is stored, or follows from what never changes.</summary>
internal sealed class WebhookBodies(WebhookIds ids, DeltaBodies deltas, CheckpointLookup checkpoints, WebhookEvents events, PublicAddress address)
{
    private static readonly JsonWriterOptions s_json = new() { Encoder = WireJson.Options.Encoder, SkipValidation = true };

    /// <summary>In the order of the items. Null where the record cannot be told of now: its stored row is damaged.</summary>
    public async Task<IReadOnlyList<WebhookMessage?>> MakeAsync(IReadOnlyList<WebhookItem> items, CancellationToken ct)
    {
        var records = await deltas.VerifiedAsync([.. items.Where(item => IsOfRecord(item.Event)).Select(item => (item.Event, item.Place))], ct);
        var settled = new Dictionary<long, string?>();
        foreach (var stored in items.Select(item => item.Event).Where(stored => !IsOfRecord(stored)).DistinctBy(stored => stored.EventNo))
            settled[stored.EventNo] = await DataAsync(stored, ct);

        return [.. items.Select(item => IsOfRecord(item.Event)
            ? records.TryGetValue(item.At, out var data) ? Message(item.Event, item.Place, data) : null
            : settled[item.Event.EventNo] is { } text ? Message(item.Event, item.Place, new RawJson(text)) : null)];
    }

    public WebhookMessage Message<T>(StoredEvent stored, int place, T data)
    {
        var id = ids.Event(new EventPlace(stored.EventNo, place));
        using var bytes = new MemoryStream(2_048);
        using (var json = new Utf8JsonWriter(bytes, s_json))
        {
            var at = WireTime.Format(stored.CreatedAt);
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            json.WriteString("event"u8, stored.Kind.Name());
            json.WriteString("timestamp"u8, at);
            json.WriteString("createdAt"u8, at);
            json.WriteString("tenantId"u8, stored.TenantId);
            json.WriteString("environment"u8, stored.Environment);
            json.WritePropertyName("data"u8);
            JsonSerializer.Serialize(json, data, WireJson.Options);
            json.WriteEndObject();
        }

        return new WebhookMessage(id, stored.Kind.Name(), bytes.ToArray());
    }

    private static bool IsOfRecord(StoredEvent stored) => stored.Kind == WebhookKind.DeltaVerified;

    private async Task<string?> DataAsync(StoredEvent stored, CancellationToken ct)
    {
        if (stored.Data is not null) return stored.Data;
        switch (stored.Kind)
        {
            case WebhookKind.DeltaFailed:
                // A damaged row may be damaged further, or be restored: what is told first is what is told.
                return await deltas.FailedAsync(stored, ct) is { } failed ? await events.SettleAsync(stored.EventNo, Text(failed), ct) : null;
            case WebhookKind.CheckpointVerified:
                return await checkpoints.FindAsync(stored.CheckpointId!, ct) is { VerifiedAt: not null } checkpoint ? Text(Verified(checkpoint)) : null;
            default:
                throw new InvalidOperationException($"An event {stored.Kind.Name()} was written without data.");
        }
    }

    private CheckpointVerifiedData Verified(StoredCheckpoint checkpoint) => new()
    {
        CheckpointId = checkpoint.CheckpointId,
        CheckpointRunId = checkpoint.RunId,
        CustomerId = checkpoint.Customer.CustomerId,
        CustomerReference = checkpoint.Customer.Reference,
        VendorAccountId = checkpoint.Customer.Ledger.VendorAccountId,
        Mode = CheckpointIdentity.ModeText(checkpoint.Mode),
        Trigger = checkpoint.Trigger,
        Period = checkpoint.Window.AsPeriod()?.ToString(),
        StartDate = checkpoint.Window.Start.ToDateTimeOffset(),
        EndDate = checkpoint.Window.End.ToDateTimeOffset(),
        AsOf = checkpoint.AsOf.ToDateTimeOffset(),
        CoveredThrough = checkpoint.CoveredThrough.ToDateTimeOffset(),
        ProofRoot = checkpoint.ProofRoot.To0x(),
        RecordCount = checkpoint.RecordCount,
        NetDelta = checkpoint.Net.Value,
        StartingBalance = checkpoint.Opening.Value,
        FinalBalance = checkpoint.Closing.Value,
        VerificationApiUrl = address.VerificationApiUrl(checkpoint.ProofRoot.To0x()),
        VerifiedAt = checkpoint.VerifiedAt!.Value,
    };

    private static string Text<T>(T data) => JsonSerializer.Serialize(data, WireJson.Options);
}
