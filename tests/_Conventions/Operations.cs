using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace PacSpace.Conventions.Tests;

/// <summary>A door that something can be asked through.</summary>
/// <param name="Line">Method and path, the words of a command, or <c>(schedule)</c> and the step's name.</param>
/// <param name="Slice">Its folder.</param>
/// <param name="Name">The operation's name.</param>
internal sealed record Operation(string Line, string Slice, string Name);

/// <summary>What runs: the endpoint registry, the operator's commands, the schedules. Their types are internal to Features, so
/// they are asked by name; a name that is gone fails here and not quietly.</summary>
internal static class Operations
{
    private static readonly Assembly Features = Assembly.Load("PacSpace.Features");

    private static readonly Lazy<IReadOnlyList<Operation>> All = new(() => [.. Endpoints(), .. Commands(), .. Schedules()]);

    public static IReadOnlyList<Operation> Running => All.Value;

    public static IEnumerable<Operation> Routes => Running.Where(operation => operation.Line.Contains('/', StringComparison.Ordinal));

    private static IEnumerable<Operation> Endpoints()
    {
        var registry = Activator.CreateInstance(TypeNamed("PacSpace.Features.Endpoints.EndpointRegistry"), Features)!;
        foreach (var definition in (IEnumerable)Get(registry, "Definitions"))
            yield return Of($"{Get(definition, "Method")} {Get(definition, "Route")}", (Type)Get(definition, "EndpointType"), "Endpoint");
    }

    private static IEnumerable<Operation> Commands()
    {
        var command = TypeNamed("PacSpace.Features.Commands.OperatorCommand");
        var definition = TypeNamed("PacSpace.Features.Commands.CommandDefinition");
        var describe = command.GetMethod("Describe", BindingFlags.Instance | BindingFlags.NonPublic)!;
        return Features.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(command)).Select(type =>
        {
            var described = Activator.CreateInstance(definition)!;
            describe.Invoke(RuntimeHelpers.GetUninitializedObject(type), [described]);
            return Of($"pacspace {Get(described, "Name")}", type, "Command");
        }).OrderBy(operation => operation.Line, StringComparer.Ordinal);
    }

    private static IEnumerable<Operation> Schedules() => Features.GetTypes()
        .Where(type => !type.IsAbstract && type.Name.EndsWith("Schedule", StringComparison.Ordinal) && type.GetInterfaces().Any(i => i.Name == "IHostedService"))
        .Select(type => Of("(schedule)", type, "Schedule"))
        .OrderBy(operation => operation.Name, StringComparer.Ordinal);

    private static Operation Of(string line, Type door, string kind)
    {
        var name = door.Name[..^kind.Length];
        return new Operation(line, $"src/Features/{door.Namespace!.Split('.')[^1]}/{name}", name);
    }

    private static object Get(object of, string property) =>
        of.GetType().GetProperty(property)?.GetValue(of) ?? throw new InvalidOperationException($"{of.GetType().Name} has no {property}.");

    private static Type TypeNamed(string name) => Features.GetType(name) ?? throw new InvalidOperationException($"There is no {name}.");
}
