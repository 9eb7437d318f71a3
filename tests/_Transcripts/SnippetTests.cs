using PacSpace.Testing;
using Xunit;

namespace PacSpace.Transcripts.Tests;

/// <summary>A document is believed as far as it is executed.</summary>
public sealed class SnippetTests(DemoServer demo)
{
    public static TheoryData<string> WithSnippets =>
        [.. new[] { "README.md" }.Concat(Directory.EnumerateFiles(Path.Combine(Documents.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Documents.Root, path)))
            .Where(path => Snippets.In(File.ReadAllText(Path.Combine(Documents.Root, path))).Count > 0).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(WithSnippets))]
    public async Task Every_snippet_runs_and_prints_what_the_document_shows(string document)
    {
        using var folder = new TemporaryFolder();
        var blocks = Snippets.In(await Documents.ReadAsync(document));

        var printed = await Snippets.RunAsync(blocks, folder, demo);

        Assert.Equal(blocks.Count, printed.Count);
        foreach (var (block, text) in blocks.Zip(printed))
        {
            if (block.Output is { } shown && !Snippets.Matches(shown, text)) Assert.Fail($"{document}:{block.Line} printed\n{text}\n\nand not\n\n{shown}");
        }
    }

    /// <summary>From nothing to a verified receipt, and one changed byte is one too many.</summary>
    [Fact]
    public async Task The_README_ends_with_a_receipt_that_holds_and_every_changed_byte_of_its_figures_is_refused()
    {
        using var folder = new TemporaryFolder();
        var blocks = Snippets.In(await Documents.ReadAsync("README.md"));
        Assert.True(blocks.Count >= 3, "The README has a record, a receipt and a check.");
        var printed = await Snippets.RunAsync(blocks, folder, demo);
        Assert.Contains("\"sequenceNumber\":", printed[0], StringComparison.Ordinal);
        Assert.Contains("holds", printed[^1], StringComparison.Ordinal);

        var receipt = folder.Combine("receipt.json");
        var bytes = await File.ReadAllBytesAsync(receipt);
        string[] definitions = [.. blocks[0].Script.Split('\n').Where(line => line.StartsWith("demo()", StringComparison.Ordinal))];
        foreach (var member in (string[])["gpu_hours", "cust_readme", "-42.5", "job_881", "proofRoot"])
        {
            var at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(member));
            Assert.True(at > 0, $"{member} stands in the receipt");
            var changed = bytes.ToArray();
            changed[at + 1] ^= 1;
            await File.WriteAllBytesAsync(receipt, changed);

            var (exitCode, output, _) = await Snippets.ShellAsync($"{string.Join('\n', definitions)}\n{blocks[^1].Script}", folder, demo);

            Assert.True(exitCode == 1, $"one byte of {member} was changed, and the verifier ended with {exitCode}: {output}");
        }
    }

    [Fact]
    public void A_snippet_that_fails_and_an_output_that_differs_are_noticed()
    {
        var blocks = Snippets.In("text\n```sh run\necho a\n```\n\n```text output\na … c\n```\n```sh\nnot run\n```\n```sh run\ntrue\n```\n");

        Assert.Equal([new Snippets.Block(2, "echo a\n", "a … c\n"), new Snippets.Block(12, "true\n", null)], blocks);
        Assert.True(Snippets.Matches("a … c", "a b c"));
        Assert.False(Snippets.Matches("a … c", "a b d"));
        Assert.False(Snippets.Matches("a.c", "abc"));
    }
}
