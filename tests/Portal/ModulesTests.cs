using Xunit;

namespace PacSpace.Portal.Tests;

public sealed class ModulesTests
{
    private const string Source =
        """
        /** What it is
         *  for. */
        import { a, b } from './one.js';
        import {
          c,
        } from './two.js';

        // Why.
        export const d = (x) => {
          const url = 'http://x'; // not a comment: the one in the text
          return /\/\*\* [0-9]+ \/\/ \*\//.test(url) ? a : b; // a reason
        };
        export async function e() {
          return (await import('./late.js')).f(c);
        }

        """;

    [Fact]
    public void Comments_and_indentation_are_left_out_and_code_is_not() =>
        Assert.Equal(
            """
            import { a, b } from './one.js';
            import {
            c,
            } from './two.js';
            export const d = (x) => {
            const url = 'http://x';
            return /\/\*\* [0-9]+ \/\/ \*\//.test(url) ? a : b;
            };
            export async function e() {
            return (await import('./late.js')).f(c);
            }

            """,
            Modules.Dense(Source));

    [Fact]
    public void Imports_name_the_files_as_they_are_served()
    {
        Assert.Equal(["one.js", "two.js", "late.js"], Modules.ImportsOf(Source));
        var linked = Modules.Linked(Source, name => "hash-" + name);
        foreach (var name in (string[])["one", "two", "late"]) Assert.Contains($"'./hash-{name}.js'", linked, StringComparison.Ordinal);
    }

    [Fact]
    public void Joined_they_are_one_script_without_imports_each_of_them_once()
    {
        var sources = new Dictionary<string, string>
        {
            ["a.js"] = "import { b } from './b.js';\nimport { c } from './c.js';\nexport const a = b + c;\n",
            ["b.js"] = "import { c } from './c.js';\nexport const b = c;\n",
            ["c.js"] = "export const c = async () => (await import('./d.js')).d(1);\n",
            ["d.js"] = "export function d(x) { return x; }\n",
        };

        Assert.Equal("function d(x) { return x; }\n\nconst c = async () => d(1);\n\nconst b = c;\n\nconst a = b + c;\n\n", Modules.Joined("a.js", name => sources[name]));
    }

    [Fact]
    public void Every_text_between_backticks_stays_on_its_line()
    {
        // Indentation is left out line by line, so a text that goes over lines would lose some of its own.
        foreach (var name in (string[])["check-proof", "evidence-check", "evidence-ed25519", "evidence-log", "evidence-neighbours", "evidence-notes", "evidence-report", "evidence-text", "evidence-trees"])
        {
            Assert.All(Assets.TextOf(name + ".js").Split('\n'), line => Assert.True(line.Count(c => c == '`') % 2 == 0, $"{name}: {line}"));
        }
    }
}
