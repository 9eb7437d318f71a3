using System.Text.RegularExpressions;
using Xunit;

namespace PacSpace.Conventions.Tests;

/// <summary>What may not stand in any committed file, and what a document may promise.</summary>
public sealed partial class TextRules
{
    // Put together here, so that the rules may read this file too.
    private static readonly string[] Markers = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"];
    private static readonly string[] MachineFolders = ["/ho" + "me/", "/ro" + "ot/", "/wo" + "rk/", "/Us" + "ers/", @"C:" + @"\"];

    /// <summary>Made by others or by a tool; they hold what they hold.</summary>
    private static bool IsOurs(SourceFile file) => !file.Path.Contains("/vectors/", StringComparison.Ordinal)
        && !file.Path.Contains("wwwroot/vendor", StringComparison.Ordinal) && file.Name != "packages.lock.json" && !file.Name.Contains(".min.", StringComparison.Ordinal);

    [Fact]
    public void No_marker_for_later_is_left() => NoMarkers(Repository.Files.Where(IsOurs)).MustBeClean();

    [Fact]
    public void A_marker_is_named_with_its_line()
    {
        foreach (var marker in Markers)
        {
            Assert.Equal(
                [$"src/a.cs:2 has the marker {marker}; do it, or write an issue."],
                NoMarkers([new("src/a.cs", $"// fine\n// {marker}: later\n// {marker}S is another word\n")]).Complaints);
        }
    }

    [Fact]
    public void No_path_of_one_machine_is_written_down() => NoMachinePaths(Repository.Files.Where(IsOurs)).MustBeClean();

    [Fact]
    public void A_path_of_one_machine_is_named_with_its_line()
    {
        foreach (var folder in MachineFolders)
        {
            Assert.Equal(
                [$"dev:1 has a path of one machine ({folder}); say it relative to the project, or ask the environment."],
                NoMachinePaths([new("dev", $"cd {folder}somebody\ncd src{folder}x\n")]).Complaints);
        }
    }

    [Fact]
    public void References_in_documents_resolve() =>
        References(Repository.Named(".md").Where(IsOurs), Repository.Exists, path => Repository.Files.SingleOrDefault(file => file.Path == path)).MustBeClean();

    [Fact]
    public void A_reference_to_nothing_is_named()
    {
        var other = new SourceFile("docs/b.md", "# The second\n\n## What it costs, in `ms`\n");
        var document = new SourceFile(
            "docs/a.md",
            """
            # One
            [there](b.md) [heading](b.md#what-it-costs-in-ms) [here](#one) [away](https://example.org/x) ![picture](gone.png)
            [gone](c.md) [no heading](b.md#the-third) [none here](#two) `src/Evidence/Gone.cs` `src/<Area>/x`, `tests/_Testing`
            ```
            [in code](d.md)
            ```
            """);

        Assert.Equal(
            [
                "docs/a.md refers to gone.png, which is not there.",
                "docs/a.md refers to c.md, which is not there.",
                "docs/a.md refers to b.md#the-third, and that document has no such heading.",
                "docs/a.md refers to #two, and that document has no such heading.",
                "docs/a.md names src/Evidence/Gone.cs, which is not there.",
            ],
            References([document], path => path is "docs/b.md" or "tests/_Testing", path => path == other.Path ? other : path == document.Path ? document : null).Complaints);
    }

    private static Findings NoMarkers(IEnumerable<SourceFile> files)
    {
        var marker = new Regex($@"\b({string.Join('|', Markers)})\b");
        return Findings.Of(files, file => Lines(file, line => marker.Match(line)).Select(hit => $"{file.Path}:{hit.Line} has the marker {hit.Match.Value}; do it, or write an issue."));
    }

    private static Findings NoMachinePaths(IEnumerable<SourceFile> files)
    {
        var path = new Regex($@"(?<![\w.\-}}*])({string.Join('|', MachineFolders.Select(Regex.Escape))})(?=\w)");
        return Findings.Of(
            files,
            file => Lines(file, line => path.Match(line)).Select(hit => $"{file.Path}:{hit.Line} has a path of one machine ({hit.Match.Value}); say it relative to the project, or ask the environment."));
    }

    private static IEnumerable<(int Line, Match Match)> Lines(SourceFile file, Func<string, Match> look) =>
        file.Text.Split('\n').Select((line, index) => (Line: index + 1, Match: look(line))).Where(hit => hit.Match.Success);

    private static Findings References(IEnumerable<SourceFile> documents, Func<string, bool> exists, Func<string, SourceFile?> read) => Findings.Of(documents, document =>
    {
        var prose = CodeBlocks().Replace(document.Text, "");
        var links = Links().Matches(prose).Select(match => match.Groups["target"].Value).Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal));
        return
        [
            .. links.Select(target => LinkComplaint(document, target, exists, read)).OfType<string>(),
            .. NamedPaths().Matches(prose).Select(match => match.Groups["path"].Value.TrimEnd('/')).Distinct().Where(path => !exists(path)).Select(path => $"{document.Path} names {path}, which is not there."),
        ];
    });

    private static string? LinkComplaint(SourceFile document, string target, Func<string, bool> exists, Func<string, SourceFile?> read)
    {
        var parts = target.Split('#', 2);
        var path = parts[0].Length == 0 ? document.Path : Resolve(document.Folder, Uri.UnescapeDataString(parts[0]));
        if (parts[0].Length > 0 && !exists(path)) return $"{document.Path} refers to {target}, which is not there.";
        if (parts.Length == 1 || !path.EndsWith(".md", StringComparison.Ordinal)) return null;
        return read(path) is { } other && Anchors(other).Contains(parts[1]) ? null : $"{document.Path} refers to {target}, and that document has no such heading.";
    }

    private static string Resolve(string folder, string target)
    {
        var parts = new List<string>(target.StartsWith('/') || folder.Length == 0 ? [] : folder.Split('/'));
        foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count == 0) return "(outside of the project)";
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    /// <summary>Headings as the usual renderers turn them into anchors.</summary>
    private static HashSet<string> Anchors(SourceFile document) =>
        [.. Headings().Matches(CodeBlocks().Replace(document.Text, "")).Select(match => NotInAnchors().Replace(match.Groups["title"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlocks();

    [GeneratedRegex(@"\]\((?<target>[^()\s]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"`(?<path>(?:src|tests|docs)/[\w./\-]+)`")]
    private static partial Regex NamedPaths();

    [GeneratedRegex(@"^#{1,6}\s+(?<title>.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
