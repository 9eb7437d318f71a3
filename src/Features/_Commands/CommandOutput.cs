using System.Text.Json;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Commands;

/// <summary>What a command says: for people, or with <c>--json</c> one JSON object on one line for machines.</summary>
internal sealed class CommandOutput(TextWriter answers, TextWriter complaints, bool isJson)
{
    public bool IsJson => isJson;

    /// <summary>Results go here and nothing else does, so that they can be piped.</summary>
    public TextWriter Answers => answers;

    /// <summary>Progress, warnings and refusals.</summary>
    public TextWriter Complaints => complaints;

    /// <summary>Shows the value or the refusal.</summary>
    /// <returns>The exit code.</returns>
    public int Show<T>(Outcome<T> outcome, Action<T> show)
        where T : notnull
    {
        if (!outcome.Accepted(out var value, out var refusal)) return Refuse(refusal);
        if (isJson) answers.WriteLine(JsonSerializer.Serialize(value, WireJson.Options));
        else show(value);
        return ExitCode.Done;
    }

    public int Refuse(Refusal refusal)
    {
        if (isJson)
            answers.WriteLine(JsonSerializer.Serialize(new Refused(false, refusal.Code.Name, refusal.Message, refusal.Details), WireJson.Options));
        else
            complaints.WriteLine($"pacspace: {refusal.Message} ({refusal.Code})");
        return ExitCode.Refused;
    }

    /// <summary>Columns as wide as their widest cell.</summary>
    public void Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        var lines = rows.Prepend(head).ToList();
        var widths = head.Select((_, column) => lines.Max(line => line[column].Length)).ToList();
        foreach (var line in lines) answers.WriteLine(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    private sealed record Refused(bool Success, string Code, string Message, IReadOnlyList<RefusalDetail> Details);
}
