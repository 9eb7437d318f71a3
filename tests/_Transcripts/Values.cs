using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PacSpace.Transcripts.Tests;

/// <summary>The values that a transcript's names stand for, and how what came is compared with what is written.</summary>
internal sealed partial class Values
{
    private readonly Dictionary<string, string> _known = [];

    public string this[string name]
    {
        get => _known[name];
        set => _known[name] = value;
    }

    /// <summary>Names replaced by their values.</summary>
    public string Fill(string text) => Names().Replace(text, name => _known.TryGetValue(name.Groups[1].Value, out var value)
        ? value
        : throw new FormatException($"{name.Value} has no value yet"));

    /// <summary>Null when what came is what is written; else what differs.</summary>
    public string? Compare(string written, string came)
    {
        var pattern = new StringBuilder("\\A");
        var at = 0;
        var first = new List<string>();
        foreach (Match part in NamesOrGaps().Matches(written))
        {
            pattern.Append(Regex.Escape(written[at..part.Index]));
            at = part.Index + part.Length;
            var name = part.Groups[1].Value;
            if (name.Length == 0) pattern.Append(".*?");
            else if (_known.TryGetValue(name, out var value)) pattern.Append(Regex.Escape(value));
            else if (first.Contains(name)) pattern.Append($"\\k<{name}>");
            else
            {
                pattern.Append($"(?<{name}>.+?)");
                first.Add(name);
            }
        }

        var match = Regex.Match(came, pattern.Append(Regex.Escape(written[at..])).Append("\\z").ToString(), RegexOptions.Singleline);
        if (!match.Success) return $"{came}\n  came where is written\n  {written}";
        foreach (var name in first) _known[name] = match.Groups[name].Value;
        return null;
    }

    /// <summary>Member by member, in their order.</summary>
    public string? Compare(JsonElement written, JsonElement came, string path = "")
    {
        if (written.ValueKind == JsonValueKind.String)
        {
            var text = came.ValueKind == JsonValueKind.String ? came.GetString()! : came.GetRawText();
            if (came.ValueKind != JsonValueKind.String && !NamesOrGaps().IsMatch(written.GetString()!)) return $"{path} is {text} and no string";
            return Compare(written.GetString()!, text) is { } differs ? $"{path}: {differs}" : null;
        }

        if (written.ValueKind != came.ValueKind) return $"{path} is {came.GetRawText()} and not {written.GetRawText()}";
        return written.ValueKind switch
        {
            JsonValueKind.Object => CompareObjects(written, came, path),
            JsonValueKind.Array => CompareArrays(written, came, path),
            _ => written.GetRawText() == came.GetRawText() ? null : $"{path} is {came.GetRawText()} and not {written.GetRawText()}",
        };
    }

    private string? CompareObjects(JsonElement written, JsonElement came, string path)
    {
        var members = came.EnumerateObject().ToList();
        var at = 0;
        var mayPass = false;
        foreach (var member in written.EnumerateObject())
        {
            if (member.Name == "…")
            {
                mayPass = true;
                continue;
            }

            while (mayPass && at < members.Count && members[at].Name != member.Name) at++;
            if (at == members.Count) return $"{path} has no member {member.Name} in its place";
            if (members[at].Name != member.Name) return $"{path} has the member {members[at].Name} where {member.Name} is written";
            if (Compare(member.Value, members[at].Value, $"{path}.{member.Name}") is { } differs) return differs;
            (at, mayPass) = (at + 1, false);
        }

        return at == members.Count || mayPass ? null : $"{path} has a member more: {members[at].Name}";
    }

    private string? CompareArrays(JsonElement written, JsonElement came, string path)
    {
        if (written.GetArrayLength() != came.GetArrayLength()) return $"{path} has {came.GetArrayLength()} items and not {written.GetArrayLength()}";
        return written.EnumerateArray().Zip(came.EnumerateArray()).Select((pair, i) => Compare(pair.First, pair.Second, $"{path}[{i}]")).FirstOrDefault(differs => differs is not null);
    }

    [GeneratedRegex(@"\{\{([A-Za-z]\w*)\}\}")]
    private static partial Regex Names();

    [GeneratedRegex(@"\{\{([A-Za-z]\w*)\}\}|…")]
    private static partial Regex NamesOrGaps();
}
