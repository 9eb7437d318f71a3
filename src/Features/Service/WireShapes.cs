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
        TransformSchemaNode = static (context, schema) => Converted(context.TypeInfo.Type) ?? schema,
    };

    /// <summary>What a caller sends: the request's properties without those that are not the caller's to send.</summary>
    public static IReadOnlyList<ApiMember> Inputs(EndpointDefinition definition) =>
        [.. Members(definition.RequestType).Select(property => Describe(property, definition.RequiredMembers))];

    public static RawJson? Answer(Type type) => type.Name.EndsWith("File", StringComparison.Ordinal) || HasBytes(type) ? null : SchemaOf(type);

    public static ApiMember Text(string name) => new(name, "text", true, new RawJson("""{"type":"string"}"""));

    private static IEnumerable<PropertyInfo> Members(Type type)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
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
        return new ApiMember(name, Word(type), required.Contains(name), type == typeof(byte[]) ? new RawJson("""{"type":"object"}""") : SchemaOf(type));
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
        new RawJson(JsonSchemaExporter.GetJsonSchemaAsNode(WireJson.Options, type, s_exporter).ToJsonString(WireJson.Options)));

    /// <summary>The types whose form our own converters decide.</summary>
    private static JsonObject? Converted(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        var (name, format) = plain == typeof(decimal) ? ("number", "") : plain == typeof(DateTimeOffset) ? ("string", "date-time") : plain == typeof(RawJson) ? ("object", "") : ("", "");
        if (name.Length == 0) return null;

        var schema = new JsonObject { ["type"] = plain == type ? name : new JsonArray(name, "null") };
        if (format.Length > 0) schema["format"] = format;
        return schema;
    }

    private static bool HasBytes(Type type) => type.GetProperties().Any(property => property.PropertyType == typeof(ReadOnlyMemory<byte>) || property.PropertyType == typeof(byte[]));
}
