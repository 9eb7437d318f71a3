using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Transcripts.Tests;

/// <summary>Plays each transcript against the built server; see <see cref="Transcript"/> for the form.</summary>
public sealed class TranscriptTests(DemoServer demo)
{
    public static TheoryData<string> Transcripts =>
        [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "*.http.txt").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Transcripts))]
    public async Task The_wire_says_what_the_transcript_shows(string name)
    {
        using var folder = new TemporaryFolder();
        var values = new Values
        {
            ["key"] = demo["apiKey"],
            ["sandboxKey"] = demo["sandboxApiKey"],
            ["url"] = demo["baseUrl"],
            ["host"] = new Uri(demo["baseUrl"]).Authority,
            ["hostName"] = new Uri(demo["baseUrl"]).Host,
            ["vkey"] = demo["verifierKey"],
            ["month"] = DateTimeOffset.UtcNow.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        };
        var steps = Transcript.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, name)));
        Assert.NotEmpty(steps);
        foreach (var step in steps)
        {
            var complaint = step is Exchange exchange ? await PlayAsync(exchange, values, folder) : await VerifyAsync((Verification)step, folder);
            if (complaint is not null) Assert.Fail($"{name}:{(step as Exchange)?.Line ?? ((Verification)step).Line}: {complaint}");
        }
    }

    [Fact]
    public void What_differs_is_named()
    {
        var values = new Values();
        //             written                                       came                                 complaint
        Same("""{"a": "{{x}}", "b": [1, "…"]}""",          """{"a":"one","b":[1,"two"]}""", null);
        Same("""{"a": "{{x}}"}""",                         """{"a":"two"}""",               ".a: two\n  came where is written\n  {{x}}");
        Same("""{"a": 1}""",                               """{"a":1.0}""",                 ".a is 1.0 and not 1");
        Same("""{"a": 1, "b": 2}""",                       """{"b":2,"a":1}""",             " has the member b where a is written");
        Same("""{"a": 1}""",                               """{"a":1,"b":2}""",             " has a member more: b");
        Same("""{"a": 1, "…": "…"}""",                     """{"a":1,"b":2}""",             null);
        Same("""{"…": "…", "c": 3}""",                     """{"a":1,"c":3}""",             null);
        Same("""{"…": "…", "c": 3}""",                     """{"a":1}""",                   " has no member c in its place");
        Same("""{"a": null}""",                            """{"a":"null"}""",              ".a is \"null\" and not null");
        Same("""{"a": []}""",                              """{"a":[1]}""",                 ".a has 1 items and not 0");
        Assert.Throws<FormatException>(() => Transcript.Parse("GET / is no line of a transcript"));
        Assert.Throws<FormatException>(() => values.Fill("{{unknown}}"));

        void Same(string written, string came, string? complaint) =>
            Assert.Equal(complaint, values.Compare(JsonDocument.Parse(written).RootElement, JsonDocument.Parse(came).RootElement));
    }

    private async Task<string?> PlayAsync(Exchange exchange, Values values, string folder)
    {
        string? complaint = null;
        async Task<bool> IsAsShown() => (complaint = await AskAsync(exchange, values, folder)) is null;
        if (!exchange.IsRepeated) return await IsAsShown() ? null : complaint;
        try
        {
            await Eventually.HoldsAsync(IsAsShown);
            return null;
        }
        catch (TimeoutException)
        {
            return complaint;
        }
    }

    private async Task<string?> AskAsync(Exchange exchange, Values values, string folder)
    {
        using var request = Request([.. exchange.Request.Select(values.Fill)]);
        using var answer = await demo.Client.SendAsync(request);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        var body = Encoding.UTF8.GetString(bytes);
        var blank = exchange.Response.IndexOf("");
        if (((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture) != exchange.Response[0]) return $"was answered {(int)answer.StatusCode} and not {exchange.Response[0]}: {body}";
        foreach (var header in exchange.Response.Skip(1).Take((blank < 0 ? exchange.Response.Count : blank) - 1))
        {
            var (name, written) = (header[..header.IndexOf(':', StringComparison.Ordinal)], header[(header.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
            if (HeaderOf(answer, name) is not { } came) return $"has no header {name}";
            if (values.Compare(written, came) is { } differs) return $"{name}: {differs}";
        }

        if (exchange.SavedAs is { } file) await File.WriteAllBytesAsync(Path.Combine(folder, file), bytes);
        if (blank < 0) return null;
        var shown = string.Join('\n', exchange.Response.Skip(blank + 1));
        return answer.Content.Headers.ContentType?.MediaType == "application/json"
            ? values.Compare(JsonDocument.Parse(shown).RootElement, JsonDocument.Parse(bytes).RootElement)
            : values.Compare(shown, body.TrimEnd('\n'));
    }

    /// <summary>As it was sent: not parsed and put together again.</summary>
    private static string? HeaderOf(HttpResponseMessage answer, string name) =>
        answer.Headers.NonValidated.TryGetValues(name, out var values) || answer.Content.Headers.NonValidated.TryGetValues(name, out values) ? values.ToString() : null;

    private static HttpRequestMessage Request(IReadOnlyList<string> lines)
    {
        var words = lines[0].Split(' ');
        var request = new HttpRequestMessage(new HttpMethod(words[0]), new Uri(words[1], UriKind.Relative));
        var blank = lines.IndexOf("");
        if (blank >= 0) request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(string.Join('\n', lines.Skip(blank + 1))));
        foreach (var header in lines.Skip(1).Take((blank < 0 ? lines.Count : blank) - 1))
        {
            var (name, value) = (header[..header.IndexOf(':', StringComparison.Ordinal)], header[(header.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)) request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            else request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private async Task<string?> VerifyAsync(Verification step, string folder)
    {
        foreach (var file in step.Files.Where(_ => step.Change is not null))
        {
            var text = await File.ReadAllTextAsync(Path.Combine(folder, file));
            if (!text.Contains(step.Change!.Value.From, StringComparison.Ordinal)) return $"{step.Change.Value.From} does not stand in {file}";
            await File.WriteAllTextAsync(Path.Combine(folder, file), text.Replace(step.Change.Value.From, step.Change.Value.To, StringComparison.Ordinal));
        }

        var start = new ProcessStartInfo(DemoServer.Program("pacspace-verify"), [.. step.Files, "--key", demo["verifierKey"]])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var verifier = Process.Start(start)!;
        var (output, errors) = (verifier.StandardOutput.ReadToEndAsync(), verifier.StandardError.ReadToEndAsync());
        await verifier.WaitForExitAsync();
        var came = $"{(await output).TrimEnd('\n')}\n{verifier.ExitCode}";
        return new Values().Compare(string.Join('\n', step.Output), came) is { } differs ? $"{differs}\n{await errors}" : null;
    }
}

internal static class Lines
{
    public static int IndexOf(this IReadOnlyList<string> lines, string line) => lines.ToList().IndexOf(line);
}
