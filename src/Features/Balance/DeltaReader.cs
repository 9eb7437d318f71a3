using System.Text.Json;
using PacSpace.Evidence;

namespace PacSpace.Features.Balance;

/// <summary>Reads one delta object from JSON, by hand: it is the hot path of the product, numbers must stay exact, and
/// metadata must stay as sent.</summary>
/// <remarks>Unknown members are skipped. A wrong type, a duplicate member or a bad text ends up in <see cref="NewDelta.Problem"/>;
/// only JSON that is not well formed throws <see cref="JsonException"/>.</remarks>
internal static class DeltaReader
{
    /// <param name="json">Stands on the first token of the value; afterwards on its last.</param>
    /// <param name="body">The bytes that <paramref name="json"/> reads, valid UTF-8.</param>
    public static NewDelta Read(ref Utf8JsonReader json, ReadOnlySpan<byte> body)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return new NewDelta { Problem = new("body", "must be an object") };
        }

        string? customerId = null, reason = null, referenceId = null, vendorAccountId = null;
        decimal? delta = null;
        byte[]? metadata = null;
        Adjusts? adjusts = null;
        FieldProblem? problem = null;
        var members = new MemberNames();
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            if (!members.Add(ref json)) problem ??= new(MemberNames.Shown(ref json), "must not be given twice");
            if (json.ValueTextEquals("customerId"u8)) customerId = Text(ref json, "customerId", ref problem);
            else if (json.ValueTextEquals("delta"u8)) delta = Number(ref json, ref problem);
            else if (json.ValueTextEquals("reason"u8)) reason = Text(ref json, "reason", ref problem);
            else if (json.ValueTextEquals("referenceId"u8)) referenceId = Text(ref json, "referenceId", ref problem);
            else if (json.ValueTextEquals("vendorAccountId"u8)) vendorAccountId = Text(ref json, "vendorAccountId", ref problem);
            else if (json.ValueTextEquals("metadata"u8)) metadata = Metadata(ref json, body, ref problem);
            else if (json.ValueTextEquals("adjusts"u8)) adjusts = ReadAdjusts(ref json, ref problem);
            else Skip(ref json);
        }

        return new NewDelta
        {
            CustomerId = customerId, Delta = delta, Reason = reason, ReferenceId = referenceId, Metadata = metadata,
            Adjusts = adjusts, VendorAccountId = vendorAccountId, Problem = problem,
        };
    }

    private static void Skip(ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
    }

    /// <summary>A text or null; absent and null are the same.</summary>
    internal static string? Text(ref Utf8JsonReader json, string field, ref FieldProblem? problem)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType != JsonTokenType.String)
        {
            json.Skip();
            problem ??= new(field, "must be a string");
            return null;
        }

        try
        {
            var text = json.GetString()!;
            if (!text.Contains('\0', StringComparison.Ordinal)) return text;
            problem ??= new(field, "must not contain U+0000");
        }
        catch (InvalidOperationException)
        {
            problem ??= new(field, "must not contain an unpaired surrogate");
        }

        return null;
    }

    private static decimal? Number(ref Utf8JsonReader json, ref FieldProblem? problem)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType == JsonTokenType.Number)
        {
            if (Amount.TryParseJsonNumber(json.ValueSpan, out var amount)) return amount.Value;
            problem ??= new("delta", "must lie between -1000000000 and 1000000000, with at most 9 fractional digits");
            return null;
        }

        json.Skip();
        problem ??= new("delta", "must be a number");
        return null;
    }

    private static byte[]? Metadata(ref Utf8JsonReader json, ReadOnlySpan<byte> body, ref FieldProblem? problem)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return null;
        var start = (int)json.TokenStartIndex;
        var isObject = json.TokenType == JsonTokenType.StartObject;
        json.Skip();
        if (isObject) return body[start..(int)json.BytesConsumed].ToArray();
        problem ??= new("metadata", "must be an object");
        return null;
    }

    private static Adjusts? ReadAdjusts(ref Utf8JsonReader json, ref FieldProblem? problem)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            problem ??= new("adjusts", "must be an object");
            return null;
        }

        string? recordId = null, referenceId = null;
        var members = new MemberNames();
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            if (!members.Add(ref json)) problem ??= new("adjusts." + MemberNames.Shown(ref json), "must not be given twice");
            if (json.ValueTextEquals("recordId"u8)) recordId = Text(ref json, "adjusts.recordId", ref problem);
            else if (json.ValueTextEquals("referenceId"u8)) referenceId = Text(ref json, "adjusts.referenceId", ref problem);
            else Skip(ref json);
        }

        return new Adjusts(recordId, referenceId);
    }
}
