using System.Text.RegularExpressions;

namespace PacSpace.Transcripts.Tests;

/// <summary>One exchange of a transcript.</summary>
/// <param name="Line">Of its first line, counted from 1.</param>
/// <param name="Request">Lines after <c>&gt; </c>: method and path, headers, an empty one, the body.</param>
/// <param name="Response">Lines after <c>&lt; </c>: status, headers that must be there, an empty one, the body.</param>
/// <param name="IsRepeated">Asked again until it is answered so.</param>
/// <param name="SavedAs">A file's name for the body that came.</param>
internal sealed record Exchange(int Line, IReadOnlyList<string> Request, IReadOnlyList<string> Response, bool IsRepeated, string? SavedAs);

/// <summary>A run of the verifier on saved files.</summary>
/// <param name="Change">A text in the file and what it is replaced by first.</param>
internal sealed record Verification(int Line, IReadOnlyList<string> Files, (string From, string To)? Change, IReadOnlyList<string> Output);

/// <summary>A story on the wire.</summary>
/// <remarks>
/// <code>
/// # prose
/// > POST /api/v1/balance/delta         a request: method and path,
/// > Content-Type: application/json     headers,
/// >                                    an empty line,
/// > {"customerId": "a"}                the body
/// &lt; 201                              the answer: status, headers that must be there, an empty line, the body
/// @ again until                        the next request is asked until it is answered as shown
/// @ save receipt.json                  keeps the body that came last
/// @ change "-42.5" "-42.4"             in the files of the next line
/// $ pacspace-verify receipt.json       runs the verifier with the log's key; its lines follow after "= ", its exit code last
/// </code>
/// In JSON, white space does not count; order of members does. <c>{{name}}</c> stands for a value: it is kept at its first
/// use and must be the same at every later one. <c>…</c> stands for characters left out; a member <c>"…": "…"</c> for further members.
/// </remarks>
internal static partial class Transcript
{
    public static IReadOnlyList<object> Parse(string text)
    {
        var steps = new List<object>();
        var lines = text.Split('\n');
        var isRepeated = false;
        (string, string)? change = null;
        for (var at = 0; at < lines.Length;)
        {
            var line = lines[at];
            if (line.Length == 0 || line.StartsWith('#'))
            {
                at++;
            }
            else if (line == "@ again until")
            {
                (isRepeated, at) = (true, at + 1);
            }
            else if (Saving().Match(line) is { Success: true } save && steps.LastOrDefault() is Exchange last)
            {
                steps[^1] = last with { SavedAs = save.Groups["name"].Value };
                at++;
            }
            else if (Changing().Match(line) is { Success: true } changing)
            {
                (change, at) = ((changing.Groups["from"].Value, changing.Groups["to"].Value), at + 1);
            }
            else if (line.StartsWith("$ pacspace-verify ", StringComparison.Ordinal))
            {
                var first = at++;
                steps.Add(new Verification(first + 1, line["$ pacspace-verify ".Length..].Split(' '), change, Take(lines, ref at, '=')));
                change = null;
            }
            else if (line.StartsWith('>'))
            {
                var first = at;
                steps.Add(new Exchange(first + 1, Take(lines, ref at, '>'), Take(lines, ref at, '<'), isRepeated, null));
                isRepeated = false;
            }
            else
            {
                throw new FormatException($"line {at + 1} is no part of a transcript: {line}");
            }
        }

        return steps;
    }

    private static List<string> Take(string[] lines, ref int at, char mark)
    {
        while (at < lines.Length && lines[at].Length == 0) at++;
        var taken = new List<string>();
        for (; at < lines.Length && lines[at].StartsWith(mark); at++) taken.Add(lines[at].Length > 2 ? lines[at][2..] : "");
        if (taken.Count == 0) throw new FormatException($"line {at + 1} should begin with {mark}");
        return taken;
    }

    [GeneratedRegex(@"^@ save (?<name>[a-z0-9.-]+)$")]
    private static partial Regex Saving();

    [GeneratedRegex("^@ change \"(?<from>[^\"]+)\" \"(?<to>[^\"]*)\"$")]
    private static partial Regex Changing();
}
