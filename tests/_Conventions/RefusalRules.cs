using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace PacSpace.Conventions.Tests;

/// <summary>A refusal has one name in code, on the wire, in the documents and in a test.</summary>
public sealed partial class RefusalRules
{
    private const string Page = "docs/api/README.md";

    /// <summary>In the catalogue for the areas that are still to come; nothing answers them yet.</summary>
    private static readonly string[] NotAnsweredYet =
    [
        "TOKEN_INVALID", "WEBHOOK_URL_REFUSED", "SESSION_REQUIRED", "INVALID_CREDENTIALS", "MFA_INVALID", "CSRF_REJECTED",
        "REGISTRATION_REQUIRES_APPROVAL", "EMAIL_NOT_VERIFIED", "CUSTOMER_EXISTS", "CUSTOMER_EXISTS_FROM_INTEGRATION",
    ];

    [Fact]
    public void Every_code_used_in_code_is_in_the_catalogue() => Used(Repository.Under("src").Where(file => file.Name.EndsWith(".cs", StringComparison.Ordinal)), Catalogue()).MustBeClean();

    [Fact]
    public void A_code_out_of_nowhere_is_named() =>
        Assert.Equal(
            ["src/a.cs answers \"CUSTOMER_LOST\", which is no code of the catalogue."],
            Used([new("src/a.cs", """new { code = "CUSTOMER_LOST" }; new { code = "NOT_FOUND" }; json.WriteString("error", "HASH_MISMATCH");""")], ["NOT_FOUND"]).Complaints);

    [Fact]
    public void Every_code_that_is_answered_is_in_the_documents_and_met_by_a_test() =>
        Documented(Catalogue().Except(NotAnsweredYet).ToList(), Repository.Files.Single(file => file.Path == Page).Text, Repository.Under("tests").Where(file => file.Path.Contains("/Features/", StringComparison.Ordinal))).MustBeClean();

    [Fact]
    public void A_code_that_no_document_has_and_one_that_no_test_meets_are_named() =>
        Assert.Equal(
            ["NOT_FOUND is not in docs/api/README.md.", "CONFLICT is met by no test."],
            Documented(["NOT_FOUND", "CONFLICT"], "`CONFLICT`", [new("tests/Features/a.cs", "\"404 NOT_FOUND\"")]).Complaints);

    private static IReadOnlyList<string> Catalogue()
    {
        var codes = Assembly.Load("PacSpace.Features").GetType("PacSpace.Features.Pipeline.RefusalCode")!;
        return [.. codes.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.FieldType == codes).Select(field => field.GetValue(null)!.ToString()!)];
    }

    private static Findings Used(IEnumerable<SourceFile> files, IReadOnlyList<string> catalogue) => Findings.Of(files, file =>
        Codes().Matches(file.Text).Select(match => match.Groups["code"].Value).Distinct().Except(catalogue)
            .Select(code => $"{file.Path} answers \"{code}\", which is no code of the catalogue."));

    private static Findings Documented(IReadOnlyList<string> codes, string page, IEnumerable<SourceFile> tests)
    {
        var text = string.Concat(tests.Select(file => file.Text));
        return Findings.Of(codes, code => (string[])
        [
            .. page.Contains($"`{code}`", StringComparison.Ordinal) ? Array.Empty<string>() : [$"{code} is not in {Page}."],
            .. Regex.IsMatch(text, $@"\b{code}\b") ? Array.Empty<string>() : [$"{code} is met by no test."],
        ]);
    }

    /// <summary>A code beside the word that answers it.</summary>
    [GeneratedRegex("""(?:\bcode\b|\bCode\b|statusCode)\W{1,12}"(?<code>[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)"|new RefusalCode\("(?<code>[A-Z_0-9]+)""")]
    private static partial Regex Codes();
}
