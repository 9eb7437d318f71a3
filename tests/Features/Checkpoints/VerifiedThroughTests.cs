using PacSpace.Evidence;
using PacSpace.Features.Checkpoints;
using PacSpace.Infrastructure.Records;
using Xunit;

namespace PacSpace.Features.Tests.Checkpoints;

public sealed class VerifiedThroughTests
{
    // Each range is "covered through: first-last", in the order in which checkpoints may come.
    [Theory]
    [InlineData("", null)]
    [InlineData("10: 1-5", 10)]
    [InlineData("10: 1-0", 10)]                        // nothing was recorded before 10
    [InlineData("20: 6-9", null)]                      // records before it are in none
    [InlineData("20: 6-9, 10: 1-5", 20)]
    [InlineData("10: 1-5, 30: 10-12", 10)]             // a month is missing
    [InlineData("10: 1-5, 20: 6-5", 20)]               // a month without records
    [InlineData("10: 1-5, 15: 1-7, 20: 6-9", 20)]      // as-of checkpoints overlap
    [InlineData("15: 1-7", 15)]
    [InlineData("10: 1-5, 25: 3-12, 30: 14-15", 25)]
    [InlineData("30: 1-12, 10: 1-5", 30)]              // a wide window first
    public void It_is_the_latest_end_before_which_everything_is_covered(string ranges, int? through)
    {
        var completed = ranges.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(text =>
        {
            var numbers = text.Split([':', '-', ' '], StringSplitOptions.RemoveEmptyEntries).Select(long.Parse).ToArray();
            return new CompletedCheckpoint(1, 1, "chk_" + text, default, Timestamp.FromMicroseconds(numbers[0]), numbers[1], numbers[2], default);
        });

        Assert.Equal(through, VerifiedThrough.Of(completed)?.Microseconds);
    }
}
