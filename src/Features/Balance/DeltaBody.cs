using System.Text.Json;
using System.Text.Unicode;
using PacSpace.Features.Endpoints;

namespace PacSpace.Features.Balance;

/// <summary>The bodies of the two emit routes.</summary>
internal static class DeltaBody
{
    /// <summary>One delta is the whole body.</summary>
    public static NewDelta Read(RequestInput input)
    {
        var body = input.BodyBytes.Span;
        try
        {
            var json = Open(body);
            var delta = DeltaReader.Read(ref json, body);
            Close(ref json);
            return delta;
        }
        catch (JsonException)
        {
            input.Complain("body", "must be one well-formed JSON object in UTF-8");
            return new NewDelta();
        }
    }

    /// <summary><c>{"deltas": […], "vendorAccountId"?}</c>. A bad item is that item's own problem.</summary>
    public static (IReadOnlyList<NewDelta> Deltas, string? VendorAccountId) ReadGroup(RequestInput input)
    {
        var body = input.BodyBytes.Span;
        try
        {
            var json = Open(body);
            var problems = new List<FieldProblem>();
            var group = ReadGroup(ref json, body, problems);
            Close(ref json);
            foreach (var problem in problems) input.Complain(problem.Field, problem.Message); // only of what is JSON to its end
            return group;
        }
        catch (JsonException)
        {
            input.Complain("body", "must be one well-formed JSON object in UTF-8");
            return ([], null);
        }
    }

    private static (IReadOnlyList<NewDelta>, string?) ReadGroup(ref Utf8JsonReader json, ReadOnlySpan<byte> body, List<FieldProblem> problems)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw new JsonException("not an object");
        List<NewDelta>? deltas = null;
        string? vendorAccountId = null;
        var members = new MemberNames();
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            if (!members.Add(ref json)) problems.Add(new(MemberNames.Shown(ref json), "must not be given twice"));
            if (json.ValueTextEquals("deltas"u8))
            {
                deltas = ReadItems(ref json, body, problems);
            }
            else if (json.ValueTextEquals("vendorAccountId"u8))
            {
                FieldProblem? problem = null;
                vendorAccountId = DeltaReader.Text(ref json, "vendorAccountId", ref problem);
                if (problem is not null) problems.Add(problem);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        if (deltas is null) problems.Add(new("deltas", "is required"));
        return (deltas ?? [], vendorAccountId);
    }

    /// <remarks>Items past the limit are passed over unread: the validator only needs to see that there are too many.</remarks>
    private static List<NewDelta> ReadItems(ref Utf8JsonReader json, ReadOnlySpan<byte> body, List<FieldProblem> problems)
    {
        json.Read();
        var deltas = new List<NewDelta>();
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            problems.Add(new("deltas", "must be an array"));
            return deltas;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (deltas.Count <= EmitDeltaBatchValidator.MaxItems) deltas.Add(DeltaReader.Read(ref json, body));
            else json.Skip();
        }

        return deltas;
    }

    private static Utf8JsonReader Open(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body)) throw new JsonException("not UTF-8");
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 64 });
        if (!json.Read()) throw new JsonException("nothing");
        return json;
    }

    private static void Close(ref Utf8JsonReader json)
    {
        if (json.Read()) throw new JsonException("more than one value");
    }
}
