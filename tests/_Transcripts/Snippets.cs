using System.Diagnostics;
using System.Text.RegularExpressions;
using PacSpace.Testing;

namespace PacSpace.Transcripts.Tests;

/// <summary>What stands in a document's fences: <c>```sh run</c> is run, and <c>```text output</c> behind it is what it printed.</summary>
internal static partial class Snippets
{
    /// <param name="Line">Where the fence stands, counted from 1.</param>
    public sealed record Block(int Line, string Script, string? Output);

    public static IReadOnlyList<Block> In(string markdown)
    {
        var blocks = new List<Block>();
        foreach (Match fence in Fences().Matches(markdown))
        {
            var (kind, text) = (fence.Groups["kind"].Value, fence.Groups["text"].Value);
            if (kind == "sh run") blocks.Add(new Block(1 + markdown.AsSpan(0, fence.Index).Count('\n'), text, null));
            else if (blocks.Count > 0) blocks[^1] = blocks[^1] with { Output = text };
        }

        return blocks;
    }

    /// <summary>Runs the blocks of one document in their order, in one shell and a folder of its own.</summary>
    /// <returns>What each block printed.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(IReadOnlyList<Block> blocks, string folder, DemoServer demo)
    {
        // The same words as in the project's folder: `./dev` is there.
        var dev = Path.Combine(folder, "dev");
        await File.WriteAllTextAsync(dev, $"#!/bin/sh\nexec '{Path.Combine(Documents.Root, "dev")}' \"$@\"\n");
        File.SetUnixFileMode(dev, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        const string Mark = "\u2302 end of block";
        var script = $"set -euo pipefail\n{string.Concat(blocks.Select(block => $"{block.Script}\necho; echo '{Mark}'\n"))}";
        var (exitCode, output, errors) = await ShellAsync(script, folder, demo);
        var printed = output.Split(Mark + "\n");
        if (exitCode != 0)
        {
            var stopped = blocks[Math.Min(printed.Length, blocks.Count) - 1];
            throw new InvalidOperationException($"The block of line {stopped.Line} ended with {exitCode}:\n{stopped.Script}\n{printed[^1]}\n{errors}");
        }

        return [.. printed[..^1].Select(text => text.TrimEnd('\n'))];
    }

    public static async Task<(int ExitCode, string Output, string Errors)> ShellAsync(string script, string folder, DemoServer demo)
    {
        var start = new ProcessStartInfo("bash", ["-s"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PACSPACE_DATA"] = demo.DataFolder;
        using var bash = Process.Start(start)!;
        var (output, errors) = (bash.StandardOutput.ReadToEndAsync(), bash.StandardError.ReadToEndAsync());
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        await bash.WaitForExitAsync();
        return (bash.ExitCode, await output, await errors);
    }

    /// <summary>True when the text is what the document shows; <c>…</c> stands for characters left out.</summary>
    public static bool Matches(string shown, string printed) =>
        Regex.IsMatch(printed.Trim(), $"\\A{Regex.Escape(shown.Trim()).Replace("…", ".*?", StringComparison.Ordinal)}\\z", RegexOptions.Singleline);

    [GeneratedRegex(@"^```(?<kind>sh run|text output)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();
}

/// <summary>The project's documents.</summary>
internal static class Documents
{
    public static string Root { get; } = FindRoot();

    public static Task<string> ReadAsync(string path) => File.ReadAllTextAsync(Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "PacSpace.sln"))) return folder;
        }

        throw new InvalidOperationException($"There is no PacSpace.sln above {AppContext.BaseDirectory}.");
    }
}
