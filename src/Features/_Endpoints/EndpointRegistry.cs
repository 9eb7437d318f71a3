using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace PacSpace.Features.Endpoints;

/// <summary>Every endpoint of an assembly, found by its type and described by itself.</summary>
internal sealed class EndpointRegistry
{
    public EndpointRegistry(Assembly assembly) => Definitions =
    [
        .. assembly.GetTypes().Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Endpoint)))
            .SelectMany(Describe)
            .OrderBy(definition => definition.Route, StringComparer.Ordinal).ThenBy(definition => definition.Method, StringComparer.Ordinal),
    ];

    public IReadOnlyList<EndpointDefinition> Definitions { get; }

    private static IEnumerable<EndpointDefinition> Describe(Type type)
    {
        // Configure() says constants; an instance that was never constructed keeps it from reaching for a dependency.
        var endpoint = (Endpoint)RuntimeHelpers.GetUninitializedObject(type);
        var shape = ShapeOf(type);
        var definition = new EndpointDefinition { EndpointType = type, RequestType = shape[0], ResponseType = shape[1], DataTypes = [shape[1]], OperationId = JsonNamingPolicy.CamelCase.ConvertName(shape[0].Name) };
        endpoint.Describe(definition);
        if (definition.Complaint is { } complaint) throw new InvalidOperationException(complaint);
        return [definition, .. definition.Aliases.Select(definition.At)];
    }

    private static Type[] ShapeOf(Type type)
    {
        for (var at = type; at is not null; at = at.BaseType)
        {
            if (at.IsGenericType && at.GetGenericTypeDefinition() == typeof(Endpoint<,>)) return at.GetGenericArguments();
        }

        throw new InvalidOperationException($"{type.Name} is no Endpoint<TRequest, TResponse>");
    }
}
