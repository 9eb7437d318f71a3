using System.Text.RegularExpressions;

namespace PacSpace.Portal;

/// <summary>Our JavaScript modules, written as files and served without a build: what the server does to them when it starts.</summary>
/// <remarks>
/// A module imports others with <c>import { a, b } from './name.js';</c> at the start of a line, or late and one name at a time with
/// <c>(await import('./name.js')).a</c>; it exports declarations. Strings do not go over lines. Nothing else is promised to work.
/// </remarks>
internal static partial class Modules
{
    /// <summary>Ours, and not something that somebody else made smaller already.</summary>
    public static bool IsOurs(string name) => name.EndsWith(".js", StringComparison.Ordinal) && !name.Contains(".min.", StringComparison.Ordinal);

    /// <summary>The files that a module imports, in its order.</summary>
    public static IReadOnlyList<string> ImportsOf(string source) =>
        [.. Imports().Matches(source).Concat(LateImports().Matches(source)).Select(import => import.Groups["name"].Value)];

    /// <summary>Without comments and indentation: what a visitor's browser needs of it.</summary>
    public static string Dense(string source) => Blank().Replace(Indentation().Replace(Comments().Replace(source, ""), ""), "\n");

    /// <summary>With each import naming the file as it is served.</summary>
    public static string Linked(string source, Func<string, string> fileNameOf) =>
        AnyImport().Replace(source, import => $"'./{fileNameOf(import.Groups["name"].Value)}'");

    /// <summary>A module and everything that it imports, as one script without imports. All names share its scope, so none may be there twice.</summary>
    public static string Joined(string name, Func<string, string> sourceOf)
    {
        var (done, script) = (new HashSet<string>(StringComparer.Ordinal), new System.Text.StringBuilder());
        Add(name);
        return script.ToString();

        void Add(string module)
        {
            if (!done.Add(module)) return;
            var source = sourceOf(module);
            foreach (var import in ImportsOf(source)) Add(import);
            script.Append(Exports().Replace(LateImports().Replace(Imports().Replace(source, ""), ""), "")).Append('\n');
        }
    }

    [GeneratedRegex(@"^import \{[^}]*\} from '\./(?<name>[\w\-]+\.js)';\n", RegexOptions.Multiline)]
    private static partial Regex Imports();

    [GeneratedRegex(@"\(await import\('\./(?<name>[\w\-]+\.js)'\)\)\.")]
    private static partial Regex LateImports();

    [GeneratedRegex(@"(?<=\bfrom |\bimport\()'\./(?<name>[\w\-]+\.js)'")]
    private static partial Regex AnyImport();

    [GeneratedRegex(@"^export (?=const|let|class|function|async)", RegexOptions.Multiline)]
    private static partial Regex Exports();

    /// <summary>Blocks and lines of their own, and what stands behind code that ends with <c>; , {</c></summary>
    [GeneratedRegex(@"^ */\*\*.*?\*/ *\n|^ *//[^\n]*\n|(?<=[;,{]) //[^\n]*", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex("^ +", RegexOptions.Multiline)]
    private static partial Regex Indentation();

    [GeneratedRegex(@"\n{2,}")]
    private static partial Regex Blank();
}
