using PacSpace.Features.Endpoints;
using Xunit;

namespace PacSpace.Features.Tests.Documented;

/// <summary>Every example of the API's document, sent and answered: member by member, with their types, and with the
/// figures and words that the document shows.</summary>
public sealed class DocumentedAnswersTests(DocumentedStory story) : IClassFixture<DocumentedStory>
{
    /// <summary>Values that are the example's own: those that follow from what else there was.</summary>
    private static readonly Dictionary<string, string[]> s_otherValues = new()
    {
        ["3.5"] = [.. Of("data.breakdown[].", "deltaCount deltasCount totalDecreases netDelta endingBalance")], // two of five are shown
        ["3.9"] = ["data.consumedDeltas", "data.remaining", "data.remainingDeltas"],
        ["4.4"] = [.. Of("data.dailyDivergence[].", "date leftDeltaCount rightDeltaCount deltaCountDiff leftNetDelta rightNetDelta netDeltaDiff")],
        ["6.2"] =
        [
            .. Of("data.", "totalCustomers activeCustomers newCustomers totalDeltas totalBalance recordedThisPeriod recordedAmountThisPeriod verifiedThisPeriod"),
            .. Of("data.counts.", "customers records checkpoints receipts"), .. Of("data.balances.", "cumulativeBalance totalIncreases totalDecreases"),
            .. Of("data.verification.", "verified coveredByCheckpoint customersFullyCovered"),
        ],
        ["6.3"] = ["data.customerPartition"],
        ["6.4"] = ["data.deliveries[].url"],
        ["7"] = ["data.first", "data.second"],
    };

    public static TheoryData<string> Clauses => [.. DocumentedOperation.All.Select(operation => operation.Clause)];

    [Theory]
    [MemberData(nameof(Clauses))]
    public void An_example_is_answered_as_it_is_documented(string clause)
    {
        var (documented, answer) = (DocumentedOperation.Of(clause), story.Answers[clause]);

        Assert.Equal((documented.Status, "application/json"), (answer.Status, answer.Header("Content-Type")));
        DocumentedExample.WordForWord(documented.Answer, answer.Json, s_otherValues.GetValueOrDefault(clause, []));
    }

    /// <summary>The answers that are no JSON of this document have tests of their own bytes.</summary>
    [Fact]
    public void Every_operation_with_a_JSON_answer_has_an_example()
    {
        var without = new EndpointRegistry(typeof(EndpointRegistry).Assembly).Definitions
            .Where(route => route.FileContentType is null && !route.IsMiddlewareOnly && !DocumentedOperation.All.Any(example => IsOf(route, example)))
            .Select(route => $"{route.Method} {route.Route}");

        Assert.Equal(["GET /api/v1/balance/invoice-proof/:customerId"], without); // the other address of 4.5, whose tests take both
    }

    private static IEnumerable<string> Of(string place, string members) => members.Split(' ').Select(member => place + member);

    private static bool IsOf(EndpointDefinition route, DocumentedOperation example)
    {
        var (pattern, path) = (route.RoutePattern.Split('/'), example.Target.Split('?')[0].Split('/'));
        return route.Method == example.Method && pattern.Length == path.Length && pattern.Zip(path).All(segment => segment.First.StartsWith('{') || segment.First == segment.Second);
    }
}
