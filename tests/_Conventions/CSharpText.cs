using System.Text.RegularExpressions;

namespace PacSpace.Conventions.Tests;

/// <summary>C# as words, for rules about who names whom.</summary>
internal static partial class CSharpText
{
    /// <summary>The text without comments and without what stands in quotes.</summary>
    public static string CodeOf(string text) => CommentsAndStrings().Replace(text, " ");

    public static IEnumerable<string> DeclaredTypes(string text) =>
        Declarations().Matches(CodeOf(text)).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal);

    /// <summary>Names that are not the member of something: in <c>Refusals.Disabled()</c> the type is the first word.</summary>
    public static HashSet<string> Words(string text) => [.. Identifiers().Matches(CodeOf(text)).Select(match => match.Value)];

    [GeneratedRegex("\"\"\".*?\"\"\"|@\"(?:[^\"]|\"\")*\"|\"(?:\\\\.|[^\"\\\\\n])*\"|'(?:\\\\.|[^'\\\\\n])+'|//[^\n]*|/\\*.*?\\*/", RegexOptions.Singleline)]
    private static partial Regex CommentsAndStrings();

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?)\s+(?<name>[A-Z]\w*)")]
    private static partial Regex Declarations();

    [GeneratedRegex(@"(?<![\w.])[A-Za-z_]\w*\b")]
    private static partial Regex Identifiers();
}
