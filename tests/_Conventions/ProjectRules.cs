using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace PacSpace.Conventions.Tests;

/// <summary>What a build depends on is written down to the last digit, and arrows point one way.</summary>
public sealed partial class ProjectRules
{
    /// <summary>Who may refer to whom in <c>src</c>. The compiler holds the code to the project files; this holds the project files.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Evidence"] = [],
        ["Infrastructure"] = ["Evidence"],
        ["Features"] = ["Evidence", "Infrastructure"],
        ["Portal"] = ["Features"],
        ["Verifier"] = ["Evidence"],
    };

    [Fact]
    public void Arrows_between_projects_are_the_drawn_ones() => ArrowsOf(Repository.Under("src").Where(IsProject)).MustBeClean();

    [Fact]
    public void An_arrow_that_is_not_drawn_is_named() =>
        Assert.Equal(
            ["src/Portal/PacSpace.Portal.csproj refers to Evidence; it may refer to Features only.", "src/Extra/PacSpace.Extra.csproj is a project that the drawing does not have."],
            ArrowsOf(
            [
                new("src/Portal/PacSpace.Portal.csproj", """<Project><ItemGroup><ProjectReference Include="..\Evidence\PacSpace.Evidence.csproj" /></ItemGroup></Project>"""),
                new("src/Extra/PacSpace.Extra.csproj", "<Project />"),
            ]).Complaints);

    [Fact]
    public void Package_versions_are_exact_and_in_one_place() =>
        ExactVersions(Repository.Files.Single(file => file.Path == "Directory.Packages.props"), Repository.Files.Where(IsProject)).MustBeClean();

    [Fact]
    public void A_floating_or_scattered_version_is_named() =>
        Assert.Equal(
            [
                "Directory.Packages.props: Npgsql has the version 10.*, which is not exact.",
                "Directory.Packages.props: MediatR has the version [5.1.0,6.0), which is not exact.",
                "src/A/A.csproj gives CsvHelper a version of its own; versions stand in Directory.Packages.props.",
            ],
            ExactVersions(
                new("Directory.Packages.props", """<Project><ItemGroup><PackageVersion Include="Npgsql" Version="10.*" /><PackageVersion Include="MediatR" Version="[5.1.0,6.0)" /><PackageVersion Include="Good" Version="1.2.3-rc.1" /></ItemGroup></Project>"""),
                [new("src/A/A.csproj", """<Project><ItemGroup><PackageReference Include="CsvHelper" Version="33.0.1" /></ItemGroup></Project>""")]).Complaints);

    [Fact]
    public void Every_project_is_locked_to_what_it_asks_for() => Locked(Repository.Files).MustBeClean();

    [Fact]
    public void A_lock_that_is_missing_or_out_of_date_is_named() =>
        Assert.Equal(
            [
                "src/A/A.csproj asks for MediatR, which src/A/packages.lock.json does not have; run dotnet restore and commit it.",
                "src/A/packages.lock.json has Npgsql 9.0.0 where Directory.Packages.props says 10.0.0; run dotnet restore and commit it.",
                "src/A/packages.lock.json has Dapper, which src/A/A.csproj does not ask for; run dotnet restore and commit it.",
                "src/B/B.csproj has no packages.lock.json beside it; run dotnet restore and commit it.",
            ],
            Locked(
            [
                new("Directory.Packages.props", """<Project><PackageVersion Include="Npgsql" Version="10.0.0" /><PackageVersion Include="MediatR" Version="5.1.0" /></Project>"""),
                new("src/A/A.csproj", """<Project><PackageReference Include="Npgsql" /><PackageReference Include="MediatR" /></Project>"""),
                new("src/A/packages.lock.json", """{"version":2,"dependencies":{"net10.0":{"Npgsql":{"type":"Direct","resolved":"9.0.0"},"Dapper":{"type":"Direct","resolved":"2.0.0"},"X":{"type":"Transitive","resolved":"1.0.0"}}}}"""),
                new("src/B/B.csproj", "<Project />"),
            ]).Complaints);

    private static bool IsProject(SourceFile file) => file.Name.EndsWith(".csproj", StringComparison.Ordinal);

    private static Findings ArrowsOf(IEnumerable<SourceFile> projects) => Findings.Of<SourceFile>(projects, project =>
    {
        if (!Arrows.TryGetValue(project.Path.Split('/')[1], out var allowed)) return [$"{project.Path} is a project that the drawing does not have."];
        return Included(project, "ProjectReference").Select(path => path.Split('\\', '/')[^2]).Except(allowed)
            .Select(other => $"{project.Path} refers to {other}; it may refer to {(allowed.Length == 0 ? "none" : string.Join(" and ", allowed))} only.");
    });

    private static Findings ExactVersions(SourceFile versions, IEnumerable<SourceFile> projects)
    {
        var floating = from package in XDocument.Parse(versions.Text).Descendants("PackageVersion")
                       let version = package.Attribute("Version")?.Value ?? ""
                       where !Exact().IsMatch(version)
                       select $"{versions.Path}: {package.Attribute("Include")?.Value} has the version {version}, which is not exact.";
        var scattered = from project in projects
                        from package in XDocument.Parse(project.Text).Descendants("PackageReference")
                        where package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null
                        select $"{project.Path} gives {package.Attribute("Include")?.Value} a version of its own; versions stand in {versions.Path}.";
        return new Findings(XDocument.Parse(versions.Text).Descendants("PackageVersion").Count(), [.. floating, .. scattered]);
    }

    private static Findings Locked(IReadOnlyList<SourceFile> files)
    {
        const string remedy = "run dotnet restore and commit it.";
        var versions = XDocument.Parse(files.Single(file => file.Path == "Directory.Packages.props").Text).Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);
        return Findings.Of<SourceFile>(files.Where(IsProject), project =>
        {
            if (files.SingleOrDefault(file => file.Path == $"{project.Folder}/packages.lock.json") is not { } locked)
            {
                return [$"{project.Path} has no packages.lock.json beside it; {remedy}"];
            }

            var asked = Included(project, "PackageReference").ToHashSet(StringComparer.OrdinalIgnoreCase);
            var resolved = Direct(locked).ToDictionary(StringComparer.OrdinalIgnoreCase);
            return
            [
                .. asked.Where(name => !resolved.ContainsKey(name)).Select(name => $"{project.Path} asks for {name}, which {locked.Path} does not have; {remedy}"),
                .. from package in resolved
                   where asked.Contains(package.Key) && versions.TryGetValue(package.Key, out var wanted) && wanted != package.Value
                   select $"{locked.Path} has {package.Key} {package.Value} where Directory.Packages.props says {versions[package.Key]}; {remedy}",
                .. resolved.Keys.Where(name => !asked.Contains(name)).Select(name => $"{locked.Path} has {name}, which {project.Path} does not ask for; {remedy}"),
            ];
        });
    }

    private static IEnumerable<string> Included(SourceFile project, string element) =>
        XDocument.Parse(project.Text).Descendants(element).Select(reference => reference.Attribute("Include")!.Value);

    private static IEnumerable<KeyValuePair<string, string>> Direct(SourceFile locked)
    {
        using var json = JsonDocument.Parse(locked.Text);
        return
        [
            .. from framework in json.RootElement.GetProperty("dependencies").EnumerateObject()
               from package in framework.Value.EnumerateObject()
               where package.Value.GetProperty("type").GetString() == "Direct"
               select KeyValuePair.Create(package.Name, package.Value.GetProperty("resolved").GetString()!),
        ];
    }

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+){1,3}(-[0-9A-Za-z.\-]+)?$")]
    private static partial Regex Exact();
}
