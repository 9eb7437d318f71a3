using System.Runtime.InteropServices;
using System.Text.Json;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Endpoints;

/// <summary>One of our own JSON objects in a body. A member that is absent or null reads as null; one of a wrong type reads
/// as null too, and is noted under its path. Members nobody reads are ignored.</summary>
/// <remarks>The default value is an object without members.</remarks>
internal readonly struct BodyObject
{
    private const int FewMembers = 16;

    private readonly JsonElement _element;
    private readonly string _path;
    private readonly FieldComplaints _complaints;

    private BodyObject(JsonElement element, string path, FieldComplaints complaints) => (_element, _path, _complaints) = (element, path, complaints);

    /// <summary>Looks for members of the same name, which would let two readers see two requests in one body.</summary>
    /// <param name="path">Empty, or the object's own path.</param>
    public static BodyObject Open(JsonElement element, string path, FieldComplaints complaints)
    {
        if (FindDuplicate(element) is { } complaint)
        {
            complaints.Add(path.Length == 0 ? "body" : path, complaint);
            return default;
        }

        return new BodyObject(element, path, complaints);
    }

    public bool Has(string name) => TryFind(name, out _);

    public string? Text(string name) => TryFind(name, out var member) ? ReadText(member, PathOf(name)) : null;

    /// <summary>An exact amount with at most nine fractional digits (api-balance 1.8); never rounded.</summary>
    public decimal? Amount(string name)
    {
        if (!TryFind(name, out var member)) return null;
        var complaint = "must be a number";
        if (member.ValueKind == JsonValueKind.Number && WireAmount.TryParse(JsonMarshal.GetRawUtf8Value(member), out var amount, out complaint)) return amount;
        _complaints.Add(PathOf(name), complaint);
        return null;
    }

    public int? WholeNumber(string name)
    {
        if (!TryFind(name, out var member)) return null;
        if (member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out var number)) return number;
        _complaints.Add(PathOf(name), "must be a whole number");
        return null;
    }

    public bool? Flag(string name)
    {
        if (!TryFind(name, out var member)) return null;
        if (member.ValueKind is JsonValueKind.True or JsonValueKind.False) return member.GetBoolean();
        _complaints.Add(PathOf(name), "must be true or false");
        return null;
    }

    public BodyObject? Object(string name)
    {
        if (!TryFind(name, out var member)) return null;
        if (member.ValueKind == JsonValueKind.Object) return Open(member, PathOf(name), _complaints);
        _complaints.Add(PathOf(name), "must be an object");
        return null;
    }

    /// <summary>An object of the caller's, kept as the text that was sent; what is in it is the caller's affair.</summary>
    public RawJson? RawObject(string name)
    {
        if (!TryFind(name, out var member)) return null;
        if (member.ValueKind == JsonValueKind.Object) return new RawJson(member.GetRawText());
        _complaints.Add(PathOf(name), "must be an object");
        return null;
    }

    public IReadOnlyList<string>? Texts(string name)
    {
        if (Elements(name) is not { } elements) return null;
        var texts = new List<string>(elements.Count);
        for (var i = 0; i < elements.Count; i++)
        {
            var path = $"{PathOf(name)}[{i}]";
            if (elements[i].ValueKind == JsonValueKind.Null) _complaints.Add(path, "must be a string");
            else if (ReadText(elements[i], path) is { } text) texts.Add(text);
        }

        return texts;
    }

    public IReadOnlyList<BodyObject>? Objects(string name)
    {
        if (Elements(name) is not { } elements) return null;
        var objects = new List<BodyObject>(elements.Count);
        for (var i = 0; i < elements.Count; i++) objects.Add(OpenItem(elements[i], $"{PathOf(name)}[{i}]", _complaints));
        return objects;
    }

    /// <summary>Items that stand or fall by themselves: each with its own complaints, whose fields are relative to the item.</summary>
    public IReadOnlyList<(BodyObject Item, FieldComplaints Complaints)>? IndependentObjects(string name)
    {
        if (Elements(name) is not { } elements) return null;
        var items = new List<(BodyObject, FieldComplaints)>(elements.Count);
        foreach (var element in elements)
        {
            var complaints = new FieldComplaints();
            items.Add((OpenItem(element, "", complaints), complaints));
        }

        return items;
    }

    private static BodyObject OpenItem(JsonElement element, string path, FieldComplaints complaints)
    {
        if (element.ValueKind == JsonValueKind.Object) return Open(element, path, complaints);
        complaints.Add(path.Length == 0 ? "item" : path, "must be an object");
        return default;
    }

    private List<JsonElement>? Elements(string name)
    {
        if (!TryFind(name, out var member)) return null;
        if (member.ValueKind == JsonValueKind.Array) return [.. member.EnumerateArray()];
        _complaints.Add(PathOf(name), "must be an array");
        return null;
    }

    private string? ReadText(JsonElement member, string path)
    {
        var complaint = "must be a string";
        if (member.ValueKind == JsonValueKind.String && StrictJson.TryReadText(JsonMarshal.GetRawUtf8Value(member)[1..^1], out var text, out complaint)) return text;
        _complaints.Add(path, complaint);
        return null;
    }

    private bool TryFind(string name, out JsonElement member)
    {
        if (_element.ValueKind == JsonValueKind.Object && _element.TryGetProperty(name, out member) && member.ValueKind != JsonValueKind.Null) return true;
        member = default;
        return false;
    }

    private string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private static string? FindDuplicate(JsonElement element)
    {
        var names = new HashSet<string>(Math.Min(element.GetPropertyCount(), FewMembers), StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            if (!StrictJson.TryReadText(JsonMarshal.GetRawUtf8PropertyName(member), out var name, out var complaint)) return "has a member whose name " + complaint;
            if (!names.Add(name)) return $"has two members named {Shown(name)}";
        }

        return null;
    }

    private static string Shown(string name) => name.Length <= 64 ? name : name[..64] + "...";
}
