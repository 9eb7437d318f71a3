using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Service;

/// <summary>What requests and results look like on the wire, read from their types: property names equal the wire.</summary>
internal static class WireShapes
{
    private static readonly ConcurrentDictionary<Type, RawJson> s_schemas = new();

    private static readonly JsonSchemaExporterOptions s_exporter = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = static (context, schema) => Converted(context.TypeInfo.Type) ?? WithoutOurs(context.TypeInfo.Type, schema),
    };

    /// <summary>What a caller sends: the request's properties without those that are not the caller's to send.</summary>
    public static IReadOnlyList<ApiMember> Inputs(EndpointDefinition definition) =>
        [.. Members(definition.RequestType).Select(property => Describe(property, definition.RequiredMembers))];

    /// <summary>Null for bytes that were made elsewhere.</summary>
    public static RawJson? Answer(IReadOnlyList<Type> types)
    {
        if (types.Count == 0 || types.Any(HasBytes)) return null;
        return types is [var one] ? SchemaOf(one) : new RawJson($$"""{"oneOf":[{{string.Join(',', types.Select(type => SchemaOf(type).Text))}}]}""");
    }

    public static ApiMember Text(string name) => new(name, "text", true, new RawJson("""{"type":"string"}"""));

    private static IEnumerable<PropertyInfo> Members(Type type)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (!property.CanWrite) continue; // made from the others
            if (property.PropertyType == typeof(Caller) || property.PropertyType == typeof(IdempotencyKey)) continue;
            if (property.GetCustomAttribute<NotOnTheWireAttribute>() is not null) continue;
            if (property.GetCustomAttribute<FlatAttribute>() is null) yield return property;
            else foreach (var inner in Members(property.PropertyType)) yield return inner;
        }
    }

    private static ApiMember Describe(PropertyInfo property, IReadOnlyList<string> required)
    {
        var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return new ApiMember(name, Word(type), required.Contains(name), SchemaOf(type));
    }

    private static string Word(Type type)
    {
        if (type == typeof(string)) return "text";
        if (type == typeof(bool)) return "true or false";
        if (type == typeof(decimal)) return "number";
        if (type == typeof(int) || type == typeof(long)) return "whole number";
        if (type == typeof(DateTimeOffset)) return "time";
        if (type == typeof(byte[]) || type == typeof(RawJson)) return "object";
        return type.IsGenericType && type.IsAssignableTo(typeof(System.Collections.IEnumerable)) ? "list of " + Word(type.GetGenericArguments()[0]) : "object";
    }

    private static RawJson SchemaOf(Type type) => s_schemas.GetOrAdd(type, static type =>
    {
        var schema = JsonSchemaExporter.GetJsonSchemaAsNode(WireJson.Options, type, s_exporter);
        return new RawJson(Whole(schema, schema).ToJsonString(WireJson.Options));
    });

    /// <summary>The exporter writes a type that comes again as a reference from the schema's own root, which means nothing
    /// inside another document: the type is written out in its place. Our results hold no type inside itself.</summary>
    private static JsonNode Whole(JsonNode node, JsonNode root) => node switch
    {
        JsonObject known when known["$ref"] is JsonValue reference => Whole(At(root, reference.GetValue<string>()), root),
        JsonObject known => new JsonObject(known.Select(member => KeyValuePair.Create(member.Key, member.Value is null ? null : Whole(member.Value, root)))),
        JsonArray list => new JsonArray([.. list.Select(item => item is null ? null : Whole(item, root))]),
        _ => node.DeepClone(),
    };

    private static JsonNode At(JsonNode root, string pointer)
    {
        var at = root;
        foreach (var part in pointer.Split('/').Skip(1)) at = at is JsonArray list ? list[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)]! : at[part]!;
        return at;
    }

    /// <summary>The types whose form our own converters decide.</summary>
    private static JsonObject? Converted(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        var (name, format) = plain == typeof(decimal) ? ("number", "") : plain == typeof(DateTimeOffset) ? ("string", "date-time") : plain == typeof(RawJson) || plain == typeof(byte[]) ? ("object", "") : ("", "");
        if (name.Length == 0) return null;

        var schema = new JsonObject { ["type"] = plain == type ? name : new JsonArray(name, "null") };
        if (format.Length > 0) schema["format"] = format;
        return schema;
    }

    private static JsonNode WithoutOurs(Type type, JsonNode schema)
    {
        if (schema is JsonObject known && known["properties"] is JsonObject properties)
        {
            foreach (var property in type.GetProperties().Where(property => property.GetCustomAttribute<NotOnTheWireAttribute>() is not null))
                properties.Remove(JsonNamingPolicy.CamelCase.ConvertName(property.Name));
        }

        return schema;
    }

    private static bool HasBytes(Type type) => type.GetProperties().Any(property => property.PropertyType == typeof(ReadOnlyMemory<byte>) || property.PropertyType == typeof(byte[]));
}
