using System.Globalization;
using PacSpace.Evidence;
using PacSpace.Features.Checkpoints;
using PacSpace.Infrastructure.Records;
using Xunit;

namespace PacSpace.Features.Tests.Checkpoints;

/// <summary>Instants are numbers here, and the record with number n was accepted at the instant 10 n.</summary>
public sealed class CoverageGapsTests
{
    [Theory] //       range     checkpoints                   gaps                        from    covered
    [InlineData("0 100", "", "0-100:9", "never", 0)]
    [InlineData("0 100", "0-100", "", "0", 9)]
    [InlineData("0 100", "0-50 50-100", "", "0", 9)]
    [InlineData("0 100", "20-40", "0-20:1 40-100:6", "20", 2)]
    [InlineData("0 100", "20-40 60-80", "0-20:1 40-60:2 80-100:2", "20", 4)]
    [InlineData("0 100", "20-60 30-40", "0-20:1 60-100:4", "20", 4)]         // one inside the other
    [InlineData("0 100", "20-50 40-70", "0-20:1 70-100:3", "20", 5)]         // overlap
    [InlineData("0 100", "20-50 20-70 20-90", "0-20:1 90-100:1", "20", 7)]   // as of now, again and again
    [InlineData("30 70", "0-40 60-100", "40-60:2", "30", 2)]                 // over the range's edges
    [InlineData("30 70", "0-30 70-100", "30-70:4", "never", 0)]              // touching it
    [InlineData("30 70", "0-200", "", "30", 4)]
    [InlineData("0 100", "11-19", "0-11:1 19-100:8", "11", 0)]               // without a record
    [InlineData("0 100", "50-50", "0-100:9", "never", 0)]                    // without an instant
    [InlineData("70 70", "0-200", "", "never", 0)]
    public void Gaps_are_what_is_left(string range, string checkpoints, string gaps, string coveredFrom, int covered)
    {
        var (start, end) = Two(range, ' ');
        var completed = checkpoints.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Checkpoint);

        var found = CoverageGaps.Of(completed, new Window(At(start), At(end)), new WindowEdges(FirstSeq(start), FirstSeq(end) - 1, 100));

        Assert.Equal(gaps, string.Join(' ', found.Gaps.Select(g => FormattableString.Invariant($"{g.Window.Start.Microseconds}-{g.Window.End.Microseconds}:{g.RecordCount}"))));
        Assert.Equal((coveredFrom, covered), (found.CoveredFrom?.Microseconds.ToString(CultureInfo.InvariantCulture) ?? "never", found.CoveredCount));
        Assert.Equal(Math.Max(0, FirstSeq(end) - FirstSeq(start)), found.CoveredCount + found.Gaps.Sum(g => g.RecordCount));
    }

    private static CompletedCheckpoint Checkpoint(string text)
    {
        var (start, end) = Two(text, '-');
        return new CompletedCheckpoint(1, 1, "chk_" + text, At(start), At(end), FirstSeq(start), FirstSeq(end) - 1, default);
    }

    /// <summary>The first record at or after an instant; the first of all has the number 1.</summary>
    private static long FirstSeq(int instant) => Math.Max(1, (instant + 9) / 10);

    private static Timestamp At(int instant) => Timestamp.FromMicroseconds(instant);

    private static (int, int) Two(string text, char separator) =>
        (int.Parse(text.Split(separator)[0], CultureInfo.InvariantCulture), int.Parse(text.Split(separator)[1], CultureInfo.InvariantCulture));
}
