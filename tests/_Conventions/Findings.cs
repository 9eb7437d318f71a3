using Xunit;

namespace PacSpace.Conventions.Tests;

/// <summary>What a rule looked at and what it has to say about it. A rule that looked at nothing has proved nothing.</summary>
internal sealed record Findings(int Examined, IReadOnlyList<string> Complaints)
{
    public static Findings Of<T>(IEnumerable<T> subjects, Func<T, IEnumerable<string>> complain)
    {
        var all = subjects.ToList();
        return new Findings(all.Count, [.. all.SelectMany(complain)]);
    }

    /// <summary>Complaints are sentences that name the place and what should stand there.</summary>
    public void MustBeClean()
    {
        Assert.True(Complaints.Count == 0, string.Join('\n', Complaints));
        Assert.True(Examined > 0, "The rule found nothing to examine: it looks in the wrong place.");
    }
}
