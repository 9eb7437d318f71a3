using System.Text.RegularExpressions;
using Xunit;

namespace PacSpace.Conventions.Tests;

/// <summary>One operation, one line in the table, one documented path, one heading in the API's pages.</summary>
public sealed partial class OperationRules
{
    private const string Table = "src/Features/README.md";
    private const string Documented = "tests/_Conventions/DocumentedOperations.txt";

    [Fact]
    public void The_table_of_operations_is_what_runs() =>
        Rows(Operations.Running.Select(operation => Row(operation, Repository.Under("tests").ToList())).ToList(), TextOf(Table)).MustBeClean();

    [Fact]
    public void A_row_too_few_and_one_too_many_are_named_with_what_to_paste() =>
        Assert.Equal(
            [
                "src/Features/README.md lacks this row:\n| `GET /b` | `src/Features/B/ReadB` | `tests/B.cs` |",
                "src/Features/README.md has a row that nothing runs for; remove it:\n| `GET /c` | `src/Features/C/ReadC` | `tests/C.cs` |",
            ],
            Rows(
                ["| `GET /a` | `src/Features/A/ReadA` | `tests/A.cs` |", "| `GET /b` | `src/Features/B/ReadB` | `tests/B.cs` |"],
                "# Table\n\n| operation | slice | test |\n|---|---|---|\n| `GET /a` | `src/Features/A/ReadA` | `tests/A.cs` |\n| `GET /c` | `src/Features/C/ReadC` | `tests/C.cs` |\n").Complaints);

    [Fact]
    public void Every_operation_has_its_folder_and_is_met_by_a_test() => Met(Operations.Running, Repository.Exists, Repository.Under("tests").ToList()).MustBeClean();

    [Fact]
    public void An_operation_that_no_test_names_is_named() =>
        Assert.Equal(
            ["src/Features/B/ReadB is not there.", "GET /b/:id is met by no test: nothing under tests names ReadB or its path."],
            Met([new("GET /a", "src/Features/A/ReadA", "ReadA"), new("GET /b/:id", "src/Features/B/ReadB", "ReadB")], path => path == "src/Features/A/ReadA",
                [new("tests/Features/A/ReadATests.cs", ""), new("tests/Features/A/OtherTests.cs", "Get(\"/bc/1\")")]).Complaints);

    [Fact]
    public void Routes_in_code_are_the_documented_lines() => Lines(TextOf(Documented), [.. Operations.Routes.Select(operation => operation.Line)]).MustBeClean();

    [Fact]
    public void A_route_that_is_spelled_otherwise_and_one_that_is_missing_are_named() =>
        Assert.Equal(
            [
                "GET /b/:recordId is due and does not run.",
                "GET /b/{id} runs and is in no document; its documented line belongs into tests/_Conventions/DocumentedOperations.txt.",
            ],
            Lines("# due\nGET /a\nGET /b/:recordId\nGET /t/{N} = GET /t/{*path}\n", ["GET /a", "GET /b/{id}", "GET /t/{*path}"]).Complaints);

    [Fact]
    public void The_pages_of_the_API_have_a_heading_for_every_route_and_no_other() =>
        Headed(Repository.Under("docs/api").ToList(), [.. Operations.Routes.Select(operation => operation.Line)]).MustBeClean();

    [Fact]
    public void A_heading_too_few_and_one_too_many_are_named() =>
        Assert.Equal(
            ["docs/api has no heading \"### GET /b\".", "docs/api/a.md describes GET /c, which does not run."],
            Headed([new("docs/api/a.md", "# A\n\n### GET /a\n\ntext\n\n### GET /c\n")], ["GET /a", "GET /b"]).Complaints);

    /// <summary>The row as it is to be pasted.</summary>
    private static string Row(Operation operation, IReadOnlyList<SourceFile> tests) =>
        $"| {(operation.Line.StartsWith('(') ? operation.Line : $"`{operation.Line}`")} | `{operation.Slice}` | {string.Join(", ", TestsOf(operation, tests).Take(2).Select(path => $"`{path}`"))} |";

    /// <summary>Files that bear the operation's name; where there is none, files that ask its path or say its name.</summary>
    private static IReadOnlyList<string> TestsOf(Operation operation, IEnumerable<SourceFile> tests)
    {
        var files = tests.Where(file => file.Name.EndsWith("Tests.cs", StringComparison.Ordinal)).ToList();
        var named = files.Where(file => TestNames(operation.Name).IsMatch(file.Name)).Select(file => file.Path).ToList();
        if (named.Count > 0) return named;
        var path = operation.Line[(operation.Line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        var fixedPart = path.Split(':', '{')[0];
        var asked = new Regex($"{Regex.Escape(fixedPart)}{(fixedPart.Length == path.Length ? "(?![\\w/])" : "")}|\\b{operation.Name}\\b");
        return [.. files.Where(file => file.Folder != "tests/_Conventions" && asked.IsMatch(file.Text)).Select(file => file.Path)];
    }

    private static Regex TestNames(string operation) => new($"^{operation}(Http|Handler)?(Crash)?Tests\\.cs$");

    private static Findings Rows(IReadOnlyList<string> running, string document)
    {
        var rows = document.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal) || line.StartsWith("| (", StringComparison.Ordinal)).ToList();
        return new Findings(
            running.Count,
            [
                .. running.Except(rows).Select(row => $"{Table} lacks this row:\n{row}"),
                .. rows.Except(running).Select(row => $"{Table} has a row that nothing runs for; remove it:\n{row}"),
            ]);
    }

    private static Findings Met(IReadOnlyList<Operation> operations, Func<string, bool> exists, IReadOnlyList<SourceFile> tests) => Findings.Of(operations, operation =>
    (string[])[
        .. exists(operation.Slice) ? Array.Empty<string>() : [$"{operation.Slice} is not there."],
        .. TestsOf(operation, tests).Count > 0 ? Array.Empty<string>() : [$"{operation.Line} is met by no test: nothing under tests names {operation.Name} or its path."],
    ]);

    private static Findings Lines(string documented, IReadOnlyList<string> running)
    {
        var due = documented.Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line.Split(" = ")[^1]).ToList();
        return new Findings(
            due.Count,
            [
                .. due.Except(running).Select(line => $"{line} is due and does not run."),
                .. running.Except(due).Select(line => $"{line} runs and is in no document; its documented line belongs into {Documented}."),
            ]);
    }

    private static Findings Headed(IReadOnlyList<SourceFile> pages, IReadOnlyList<string> running)
    {
        var headings = pages.SelectMany(page => RouteHeadings().Matches(page.Text).Select(match => (page.Path, Line: match.Groups["line"].Value))).ToList();
        return new Findings(
            headings.Count,
            [
                .. running.Except(headings.Select(heading => heading.Line)).Select(line => $"docs/api has no heading \"### {line}\"."),
                .. headings.Where(heading => !running.Contains(heading.Line)).Select(heading => $"{heading.Path} describes {heading.Line}, which does not run."),
            ]);
    }

    private static string TextOf(string path) => Repository.Files.SingleOrDefault(file => file.Path == path)?.Text ?? "";

    [GeneratedRegex(@"^### (?<line>(?:GET|POST|PUT|PATCH|DELETE) \S+)$", RegexOptions.Multiline)]
    private static partial Regex RouteHeadings();
}
