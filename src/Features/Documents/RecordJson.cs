using System.IO.Pipelines;
using System.Text.Json;
using PacSpace.Evidence;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Documents;

/// <summary>Writes a record as a <c>pacspace/record-export/1</c> document (api-dashboard 12.9), without an envelope.</summary>
internal sealed class RecordJson(PublicAddress address)
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = WireJson.Options.Encoder, SkipValidation = true };

    public async Task WriteAsync(RecordRows rows, RecordScope scope, PipeWriter to, CancellationToken ct)
    {
        await using var json = new Utf8JsonWriter(to, s_options);
        Begin(json, scope);
        while (await rows.NextAsync(ct))
        {
            WritePage(rows, json);
            json.Flush();
            var flushed = await to.FlushAsync(ct);
            if (flushed.IsCompleted || flushed.IsCanceled) return;
        }

        json.WriteEndArray();
        json.WriteString("statement"u8, scope.Statement);
        Time(json, "generatedAt"u8, Timestamp.FromDateTimeOffset(scope.Now));
        json.WriteEndObject();
        json.Flush();
        await to.FlushAsync(ct);
    }

    private void Begin(Utf8JsonWriter json, RecordScope scope)
    {
        var (tenant, recordedBy) = scope.Identity;
        var root = scope.Checkpoint?.ProofRoot.To0x();
        json.WriteStartObject();
        json.WriteString("format"u8, "pacspace/record-export/1"u8);
        json.WriteStartObject("tenant"u8);
        json.WriteString("name"u8, tenant.Name);
        json.WriteEndObject();
        json.WriteStartObject("recordedBy"u8);
        json.WriteString("type"u8, recordedBy.Type);
        json.WriteString("id"u8, recordedBy.Id);
        json.WriteString("displayName"u8, recordedBy.DisplayName);
        json.WriteEndObject();
        json.WriteString("customerReference"u8, scope.Customer.Reference);
        json.WriteString("period"u8, scope.Period);
        Time(json, "startDate"u8, scope.Window.Start);
        Time(json, "endDate"u8, scope.Window.End);
        json.WriteString("unit"u8, scope.Unit);
        json.WriteNumber("recordCount"u8, scope.RecordCount);
        json.WriteNumber("recordedAmount"u8, WireAmount.Normalize(Math.Abs(scope.Net)));
        json.WriteNumber("netDelta"u8, WireAmount.Normalize(scope.Net));
        Time(json, "verifiedThroughAt"u8, scope.VerifiedThrough);
        json.WriteString("checkpointId"u8, scope.Checkpoint?.CheckpointId);
        json.WriteString("proofRoot"u8, root);
        json.WriteString("verificationReference"u8, root);
        json.WriteString("verificationApiUrl"u8, root is null ? null : address.VerificationApiUrl(root));
        json.WriteStartArray("records"u8);
    }

    private static void WritePage(RecordRows rows, Utf8JsonWriter json)
    {
        Span<byte> hex = stackalloc byte[WireBytes.HashBytes];
        for (var i = 0; i < rows.Page.Count; i++)
        {
            var record = rows.Page[i];
            json.WriteStartObject();
            json.WriteString("recordId"u8, record.RecordId);
            json.WriteNumber("sequenceNumber"u8, record.Seq);
            Time(json, "time"u8, record.IsDamaged ? null : record.AcceptedAt);
            if (record.HasUnit) json.WriteString("unit"u8, record.Unit);
            else json.WriteNull("unit"u8);
            Number(json, "recordedValue"u8, record.IsDamaged ? null : Amount.FromDecimal(Math.Abs(record.Delta.Value)));
            Number(json, "signedDelta"u8, record.IsDamaged ? null : record.Delta);
            json.WriteString("reason"u8, record.Reason);
            if (record.HasReferenceId) json.WriteString("referenceId"u8, record.ReferenceId);
            else json.WriteNull("referenceId"u8);
            json.WriteString("fingerprint"u8, record.Leaf.Length == Hash.Size ? hex[..WireBytes.Hex(record.Leaf, hex)] : default);
            json.WriteString("state"u8, rows.State(record));
            json.WriteEndObject();
        }
    }

    private static void Time(Utf8JsonWriter json, ReadOnlySpan<byte> name, Timestamp? instant)
    {
        if (instant is not { } known)
        {
            json.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[WireBytes.MaxTimeBytes];
        json.WriteString(name, text[..WireBytes.Time(known, text)]);
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, Amount? amount)
    {
        if (amount is not { } known)
        {
            json.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[Amount.MaxLength + 4];
        json.WritePropertyName(name);
        json.WriteRawValue(text[..WireBytes.Number(known, text)], skipInputValidation: true);
    }
}
