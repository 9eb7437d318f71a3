using System.Buffers;
using System.Text;
using System.Text.Json;

namespace PacSpace.Features.Import;

/// <summary>How a row becomes an item of <c>POST /api/v1/balance/delta/batch</c>.</summary>
/// <remarks>What a delta may be is the server's to say. Refused here is only what cannot be sent as a JSON number without
/// rounding it, what is no row, and what would crowd out its neighbours.</remarks>
internal sealed class UsageMapping
{
    /// <summary>Bytes of one item; the server takes 16 KiB of metadata, so nothing that is larger can be accepted.</summary>
    private const int MaxItemBytes = 256 * 1024;

    private readonly TextTemplate _customer;
    private readonly NumberExpression _delta;
    private readonly TextTemplate _reason;
    private readonly TextTemplate? _reference;
    private readonly (JsonEncodedText Name, int Position)[] _metadata;
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <param name="digest">Of the file; the references of rows that bring none are made from it.</param>
    /// <exception cref="ImportUseException">An expression or a column is not one of this file.</exception>
    public UsageMapping(ImportSettings settings, UsageColumns columns, string digest)
    {
        _customer = TextTemplate.ParseExpression(settings.Customer, columns);
        _delta = NumberExpression.Parse(settings.Delta, columns);
        _reason = TextTemplate.ParseText(settings.Reason, columns);
        _reference = settings.Reference switch
        {
            null => TextTemplate.ParseExpression(digest[..16] + ":{line}", columns),
            ImportSettings.NoReference => null,
            { } expression => TextTemplate.ParseExpression(expression, columns),
        };
        _metadata = [.. settings.Metadata.Select(name => (JsonEncodedText.Encode(name), columns.Find(name)))];
    }

    /// <summary>The item's JSON, or why the row is not sent.</summary>
    public bool TryMap(UsageRow row, out ReadOnlyMemory<byte> item, out string? complaint)
    {
        item = default;
        complaint = row.Complaint;
        var (customerId, reason, reference, digits) = ("", "", (string?)null, "");
        if (complaint is not null
            || !_customer.TryWrite(row, out customerId, out complaint)
            || !_reason.TryWrite(row, out reason, out complaint)
            || (_reference is not null && !_reference.TryWrite(row, out reference!, out complaint))
            || !_delta.TryEvaluate(row, out var delta, out complaint)) return false;
        if (!delta.TryFormat(out digits))
        {
            complaint = $"delta has more than {ExactNumber.MaxFractionDigits} fractional digits";
            return false;
        }

        Write(row, customerId, digits, reason, string.IsNullOrEmpty(reference) ? null : reference);
        if (_buffer.WrittenCount > MaxItemBytes) complaint = "the row is too large to be a record";
        else item = _buffer.WrittenMemory;
        return complaint is null;
    }

    private void Write(UsageRow row, string customerId, string delta, string reason, string? reference)
    {
        _buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_buffer);
        json.WriteStartObject();
        json.WriteString("customerId"u8, customerId);
        json.WritePropertyName("delta"u8);
        json.WriteRawValue(Encoding.ASCII.GetBytes(delta));
        json.WriteString("reason"u8, reason);
        if (reference is not null) json.WriteString("referenceId"u8, reference);
        if (_metadata.Length > 0)
        {
            json.WriteStartObject("metadata"u8);
            foreach (var (name, position) in _metadata) json.WriteString(name, row.Fields[position]);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
