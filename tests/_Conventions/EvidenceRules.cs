using System.Reflection;
using Xunit;

namespace PacSpace.Conventions.Tests;

/// <summary>Evidence is arithmetic on bytes: whoever audits it needs nothing else in the room.</summary>
public sealed class EvidenceRules
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Assembly Evidence = Assembly.Load("PacSpace.Evidence");

    [Fact]
    public void Evidence_refers_to_the_base_library_only() => BaseLibraryOnly(Evidence).MustBeClean();

    [Fact]
    public void A_reference_to_anything_else_is_named() =>
        Assert.Contains(
            "PacSpace.Conventions.Tests refers to xunit.v3.assert; Evidence may use the base library only.",
            BaseLibraryOnly(typeof(EvidenceRules).Assembly).Complaints);

    [Fact]
    public void Evidence_mentions_no_task_and_no_floating_point() => NoTaskNoFloat(Evidence.GetTypes()).MustBeClean();

    [Fact]
    public void Tasks_and_floating_point_are_found_wherever_they_hide() =>
        Assert.Equal(
            [
                "Planted.Average mentions Double; amounts are decimal.",
                "Planted.FetchAsync mentions Task; Evidence is synchronous.",
                "Planted.Halve mentions Double in a local; amounts are decimal.",
                "Planted.WaitFor mentions ValueTask; Evidence is synchronous.",
                "Planted.Weights mentions Single; amounts are decimal.",
            ],
            NoTaskNoFloat([typeof(Planted)]).Complaints.Order(StringComparer.Ordinal));

    private static Findings BaseLibraryOnly(Assembly assembly) => Findings.Of(
        assembly.GetReferencedAssemblies(),
        reference => reference.Name!.StartsWith("System", StringComparison.Ordinal) || reference.Name is "netstandard" or "mscorlib"
            ? []
            : [$"{assembly.GetName().Name} refers to {reference.Name}; Evidence may use the base library only."]);

    private static Findings NoTaskNoFloat(IEnumerable<Type> types) => Findings.Of(
        types.SelectMany(type => type.GetMembers(Everything)).Where(member => member is FieldInfo or MethodBase),
        member => Mentioned(member)
            .SelectMany(mention => Parts(mention.Type).Select(part => (part, mention.Where)))
            .Select(mention => Complaint(member, mention.part, mention.Where))
            .OfType<string>()
            .Distinct());

    private static string? Complaint(MemberInfo member, Type type, string where)
    {
        var name = $"{member.DeclaringType!.Name}.{member.Name}";
        if (type == typeof(double) || type == typeof(float) || type == typeof(Half)) return $"{name} mentions {type.Name}{where}; amounts are decimal.";
        return type.Namespace == "System.Threading.Tasks" ? $"{name} mentions {type.Name.Split('`')[0]}{where}; Evidence is synchronous." : null;
    }

    private static IEnumerable<(Type Type, string Where)> Mentioned(MemberInfo member)
    {
        if (member is FieldInfo field) yield return (field.FieldType, "");
        if (member is MethodInfo method) yield return (method.ReturnType, "");
        if (member is not MethodBase body) yield break;
        foreach (var parameter in body.GetParameters()) yield return (parameter.ParameterType, "");
        foreach (var local in body.GetMethodBody()?.LocalVariables ?? []) yield return (local.LocalType, " in a local");
    }

    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType) return Parts(type.GetElementType()!);
        return type.IsGenericType ? [type, .. type.GetGenericArguments().SelectMany(Parts)] : [type];
    }

#pragma warning disable CA1822, CA1823, CS0169, CS0414, IDE0051, IDE0044, CA1812 // A planted violation does nothing.
    private static class Planted
    {
        private static Dictionary<string, float[]>? Weights;

        private static void WaitFor(ValueTask<int> _)
        {
        }

        private static double Average(int _) => 0;

        private static Task FetchAsync() => Task.CompletedTask;

        private static decimal Halve(decimal amount)
        {
            var half = (double)amount / 2;
            for (var i = 0; i < 3; i++) half += half;
            Weights = null;
            return (decimal)half;
        }
    }
#pragma warning restore CA1822, CA1823, CS0169, CS0414, IDE0051, IDE0044, CA1812
}
