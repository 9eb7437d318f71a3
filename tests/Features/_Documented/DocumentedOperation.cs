using System.Globalization;
using System.Reflection;

namespace PacSpace.Features.Tests.Documented;

/// <summary>One example of the API's document (api-balance.txt beside this file, word for word): what is asked and what is answered.</summary>
/// <param name="Clause">The clause, with a word behind it where a clause has two: <c>4.1 run</c>.</param>
/// <param name="Target">Path and query as they are documented, ids left out: <c>/api/v1/balance/delta/rec_2n5t…</c>.</param>
/// <param name="Body">Empty for a GET.</param>
public sealed record DocumentedOperation(string Clause, string Method, string Target, string Body, int Status, string Answer)
{
    private static readonly Dictionary<string, DocumentedOperation> s_all = Read().ToDictionary(operation => operation.Clause);

    public static IReadOnlyCollection<DocumentedOperation> All => s_all.Values;

    public static DocumentedOperation Of(string clause) => s_all[clause];

    private static IEnumerable<DocumentedOperation> Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("api-balance.txt")!;
        using var reader = new StreamReader(stream);
        foreach (var example in reader.ReadToEnd().Split("=== ", StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = example.Split("\n--- ");
            var (head, body, answer) = (parts[0].Split('\n', 2)[0].Split(' '), parts[0].Split('\n', 2)[1..], parts[1].Split('\n', 2));
            yield return new(string.Join(' ', head[..^2]), head[^2], head[^1], body is [var json] ? json : "", int.Parse(answer[0], CultureInfo.InvariantCulture), answer[1]);
        }
    }
}
