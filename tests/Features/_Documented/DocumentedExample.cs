using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace PacSpace.Features.Tests.Documented;

/// <summary>Whether an answer has exactly the members of a documented example, with their types, and where it can be asked their values.</summary>
internal sealed partial class DocumentedExample
{
    /// <summary>What no example shows but as null.</summary>
    private static readonly Dictionary<string, string> s_neverShown = new()
    {
        ["vendorAccountId"] = "string", ["deltaIndex"] = "number", ["adjusts"] = "object", ["error"] = "string", ["failedAt"] = "string", ["metadata"] = "object",
        ["startingCheckpoint"] = "string", ["startingCheckpointType"] = "string", ["yourDivergence"] = "object", ["customerDisplayName"] = "string", ["chain"] = "boolean",
        ["message"] = "string", ["oldestPendingAt"] = "string", ["deliveredAt"] = "string",
    };

    private static readonly ILookup<string, string> s_shownAs = DocumentedOperation.All
        .SelectMany(operation => Members(JsonDocument.Parse(operation.Answer).RootElement))
        .Where(member => Kind(member.Value) != "null")
        .ToLookup(member => member.Name, member => Kind(member.Value));

    /// <summary>Places in a log, which are the log's own.</summary>
    private static readonly HashSet<string> s_places = ["logIndex", "treeSize"];

    private readonly List<string> _complaints = [];

    private enum Nulls
    {
        /// <summary>Null where the example has it, and nowhere else.</summary>
        AsShown,

        /// <summary>A value where the example has null, too.</summary>
        OrAnything,

        /// <summary>A member that may be null is null or of its documented type, whichever the example shows.</summary>
        OrItsType,
    }

    private Nulls Leniency { get; init; }

    private bool AsksValues { get; init; }

    private string[] Excepted { get; init; } = [];

    /// <summary>Members and types of <c>data</c>.</summary>
    /// <param name="mayBeNull">Paths of members that the example shows with a value, such as <c>points[].period</c>.</param>
    public static void Is(string example, JsonElement answer, params string[] mayBeNull)
    {
        using var document = JsonDocument.Parse(example);
        new DocumentedExample { Leniency = Nulls.OrAnything, Excepted = mayBeNull }.Judge(document.RootElement.GetProperty("data"), answer);
    }

    /// <summary>The whole answer: the same members, null where null is shown, ids and times of the documented form, and every other text and number the same.</summary>
    /// <param name="otherValues">Paths of members whose value is this answer's own.</param>
    public static void WordForWord(string example, JsonElement answer, params string[] otherValues)
    {
        using var document = JsonDocument.Parse(example);
        new DocumentedExample { Leniency = Nulls.AsShown, AsksValues = true, Excepted = otherValues }.Judge(document.RootElement, answer);
    }

    /// <summary>The whole answer in another state: what may be null is null or of its type.</summary>
    public static void InAnotherState(string example, JsonElement answer)
    {
        using var document = JsonDocument.Parse(example);
        new DocumentedExample { Leniency = Nulls.OrItsType }.Judge(document.RootElement, answer);
    }

    private void Judge(JsonElement documented, JsonElement answer)
    {
        Compare(documented, answer, "", "");
        if (_complaints.Count > 0) Assert.Fail($"{string.Join('\n', _complaints)}\n\n{answer.GetRawText()}");
    }

    private void Compare(JsonElement documented, JsonElement actual, string path, string name)
    {
        var (expected, kind) = (Kind(documented), Kind(actual));
        if (kind != expected)
        {
            if (!MayDiffer(expected, kind, path, name)) _complaints.Add($"{path} is {kind}, {expected} is documented");
            return;
        }

        if (kind == "object") CompareMembers(documented, actual, path);
        if (kind == "array") CompareItems(documented, actual, path);
        if (AsksValues && kind is "string" or "number" && !s_places.Contains(name) && !Excepted.Contains(path) && !IsTheSame(documented, actual)) _complaints.Add($"{path} is {actual.GetRawText()}, {documented.GetRawText()} is documented");
    }

    private void CompareMembers(JsonElement documented, JsonElement actual, string path)
    {
        var (known, own) = (Names(documented), Names(actual));
        foreach (var name in known.Except(own)) _complaints.Add($"{path}.{name} is missing");
        foreach (var name in own.Except(known)) _complaints.Add($"{path}.{name} is not documented");
        foreach (var name in known.Intersect(own)) Compare(documented.GetProperty(name), actual.GetProperty(name), path.Length == 0 ? name : $"{path}.{name}", name);
    }

    /// <summary>An example shows one row or a few; the last one stands for those behind it.</summary>
    private void CompareItems(JsonElement documented, JsonElement actual, string path)
    {
        var (known, own) = (documented.GetArrayLength(), actual.GetArrayLength());
        if (Leniency != Nulls.AsShown && known == 0) return;
        if (Leniency == Nulls.AsShown && (known == 0) != (own == 0)) _complaints.Add($"{path} has {own} items, {known} are documented");
        for (var i = 0; i < own && known > 0; i++) Compare(documented[AsksValues ? Math.Min(i, known - 1) : 0], actual[i], path + "[]", path);
    }

    private bool MayDiffer(string expected, string kind, string path, string name) => Leniency switch
    {
        Nulls.AsShown => false,
        Nulls.OrAnything => expected == "null" || (kind == "null" && Excepted.Contains(path)),
        _ when expected == "null" => s_shownAs[name].Contains(kind) || s_neverShown.GetValueOrDefault(name) == kind,
        _ => kind == "null" && s_mayBeNull.Contains(name),
    };

    private static bool IsTheSame(JsonElement documented, JsonElement actual) => documented.ValueKind == JsonValueKind.Number
        ? documented.GetDecimal() == actual.GetDecimal()
        : FormOf(documented.GetString()!).IsMatch(actual.GetString()!);

    /// <summary>Left-out characters, times and keys as what may stand there; everything else as itself.</summary>
    private static Regex FormOf(string example) => new("^" + (example == "A1B2C3" ? "[0-9A-HJ-NP-Z]{6}" : string.Join("", Token().Matches(example).Select(token => token.Value switch
    {
        ['0', 'x', ..] => "0x([0-9a-f]{64}|[0-9a-f]{40})",
        ['r' or 'c' or 'e' or 'd', 'e' or 'h' or 'v' or 'l', 'c' or 'k' or 't' or 'v', '_', .. var rest] when rest.EndsWith('…') => token.Value[..4] + "[0-9a-hjkmnp-tv-z]{26}",
        [.., '…'] => Regex.Escape(Prefix().Match(token.Value).Value) + "[0-9A-Za-z_-]+",
        { Length: > 19 } time when time.EndsWith('Z') => @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(\d{3})?Z",
        var other => Regex.Escape(other),
    }))) + "$", RegexOptions.CultureInvariant);

    private static IEnumerable<JsonProperty> Members(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Members(member.Value).Prepend(member)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Members),
        _ => [],
    };

    private static List<string> Names(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };

    [GeneratedRegex(@"0x[0-9a-f]+…|(?:[a-z]+_|c1\.)[0-9A-Za-z]+…|\d{4}-\d\d-\d\dT[0-9:.]+Z|.", RegexOptions.Singleline)]
    private static partial Regex Token();

    [GeneratedRegex(@"^[a-z0-9]+[_.]")]
    private static partial Regex Prefix();

    /// <summary>What the document says may be null and some example shows with a value.</summary>
    private static readonly HashSet<string> s_mayBeNull =
    [
        "referenceId", "period", "blockTimestamp", "verifiedAt", "verificationReference", "logIndex", "treeSize", "firstSequence", "lastSequence", "firstRecordAt", "lastRecordAt", "receiptId",
        "checkpointId", "receiptUrl", "verifyUrl", "customer", "accessHint", "customerLinkUrl", "customerLinkHost", "nextCursor", "verifiedThroughAt", "latestCheckpoint", "coveredFrom", "coveredThrough",
        "granularity", "latestReceiptId", "latestRecordId", "tenant", "recordedBy", "netChange", "startingBalance", "endingBalance", "startDate", "endDate", "asOf", "includedDeltas", "remaining",
        "remainingDeltas", "overageRate", "resetsAt", "responseStatus", "lastError", "lastAttemptAt", "nextRetryAt", "deliveredAt", "mostRecentActivePeriod", "firstActivityAt", "lastActivityAt",
        "yourDivergence", "theirDivergence", "afterSequence", "unit", "total", "lastCheckpointAt", "generatedAt", "customerId", "delta", "recordId", "itemHash", "sequenceNumber", "balanceAfter", "acceptedAt",
        "proofRoot", "metadata", "display", "db",
    ];
}
