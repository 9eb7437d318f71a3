using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Endpoints;

/// <summary>Path, query and body of one request, read strictly. What is wrong is noted under its field and refused together.</summary>
internal sealed class RequestInput(HttpContext http, ReadOnlyMemory<byte> body) : IDisposable
{
    private readonly FieldComplaints _complaints = new();
    private Dictionary<string, string?>? _query;
    private JsonDocument? _document;
    private BodyObject? _body;

    /// <summary>The body as it came. Valid until the answer is complete, not longer.</summary>
    public ReadOnlyMemory<byte> BodyBytes => body;

    /// <summary>The body as one JSON object; an empty one when it is none, and that is noted.</summary>
    public BodyObject Body => _body ??= ReadBody();

    public Refusal? Refused => _complaints.Any ? Refusal.Validation(_complaints.Details) : null;

    /// <summary>Notes a complaint, as the readers here do.</summary>
    /// <param name="field">A path such as <c>deltas[3].reason</c>.</param>
    /// <param name="message">Goes on after the field.</param>
    public void Complain(string field, string message) => _complaints.Add(field, message);

    /// <summary>A segment of the path, percent-decoded exactly once.</summary>
    public string Path(string name)
    {
        var raw = http.Request.RouteValues[name] as string ?? throw new InvalidOperationException($"The route has no {name}.");
        if (PercentEncoding.TryDecode(raw, plusIsSpace: false, out var text)) return text;
        _complaints.Add(name, "is not valid percent-encoded UTF-8");
        return "";
    }

    /// <summary>Null when absent. A parameter given twice is refused.</summary>
    public string? Query(string name)
    {
        _query ??= ReadQuery();
        if (!_query.TryGetValue(name, out var text)) return null;
        if (text is null) _complaints.Add(name, "must be given once, as valid percent-encoded UTF-8");
        return text;
    }

    public int? QueryInt32(string name)
    {
        if (Query(name) is not { } text) return null;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        _complaints.Add(name, "must be a whole number");
        return null;
    }

    public long? QueryInt64(string name)
    {
        if (Query(name) is not { } text) return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        _complaints.Add(name, "must be a whole number");
        return null;
    }

    public bool? QueryFlag(string name)
    {
        switch (Query(name))
        {
            case null: return null;
            case "true": return true;
            case "false": return false;
            default:
                _complaints.Add(name, "must be true or false");
                return null;
        }
    }

    /// <summary>An exact amount with at most nine fractional digits (api-balance 1.8).</summary>
    public decimal? QueryAmount(string name)
    {
        if (Query(name) is not { } text) return null;
        if (WireAmount.TryParse(text, out var amount, out var complaint)) return amount;
        _complaints.Add(name, complaint);
        return null;
    }

    public void Dispose() => _document?.Dispose();

    private BodyObject ReadBody()
    {
        if (body.IsEmpty)
        {
            _complaints.Add("body", "is required");
        }
        else if (StrictJson.TryParse(body, out _document, out var complaint))
        {
            if (_document.RootElement.ValueKind == JsonValueKind.Object) return BodyObject.Open(_document.RootElement, "", _complaints);
            _complaints.Add("body", "must be a JSON object");
        }
        else
        {
            _complaints.Add("body", complaint);
        }

        return default;
    }

    /// <remarks>Null stands for a parameter that cannot be used; it matters only if the operation reads it.</remarks>
    private Dictionary<string, string?> ReadQuery()
    {
        var query = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var pair in (http.Request.QueryString.Value ?? "").AsSpan().TrimStart('?').ToString().Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var (rawName, rawValue) = equals < 0 ? (pair, "") : (pair[..equals], pair[(equals + 1)..]);
            if (!PercentEncoding.TryDecode(rawName, plusIsSpace: true, out var name)) continue;
            var isUsable = PercentEncoding.TryDecode(rawValue, plusIsSpace: true, out var value);
            query[name] = isUsable && !query.ContainsKey(name) ? value : null;
        }

        return query;
    }
}

/// <summary>What is wrong with the fields of a request, first come first.</summary>
internal sealed class FieldComplaints
{
    /// <summary>More would tell the caller nothing new, and a body of a thousand bad items need not become a larger answer.</summary>
    private const int MaxDetails = 100;

    private List<RefusalDetail>? _details;

    public bool Any => _details is not null;

    public IReadOnlyList<RefusalDetail> Details => _details ?? [];

    public void Add(string field, string message)
    {
        _details ??= [];
        if (_details.Count < MaxDetails) _details.Add(new RefusalDetail(field, message));
    }
}
