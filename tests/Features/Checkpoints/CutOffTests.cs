using PacSpace.Evidence;
using PacSpace.Features.Checkpoints;
using Xunit;

namespace PacSpace.Features.Tests.Checkpoints;

public sealed class CutOffTests
{
    // Instants in microseconds; the window is [100, 200).
    [Theory]
    //          now  floor   asOf  covered closed
    [InlineData(200, 0, 200, 200, true)]   // the end itself has passed
    [InlineData(500, 400, 500, 200, true)]
    [InlineData(150, 200, 200, 200, true)]   // another node's clock is past the end: nothing can fall in any more
    [InlineData(150, 999, 999, 200, true)]
    [InlineData(150, 0, 150, 150, false)]
    [InlineData(150, 150, 151, 151, false)]   // a record accepted at this very microsecond is covered
    [InlineData(150, 180, 181, 181, false)]   // and one that a node with a faster clock accepted
    [InlineData(150, 199, 200, 200, true)]   // up to the end and not past it
    [InlineData(101, 0, 101, 101, false)]
    public void A_cut_off_is_on_the_ledgers_own_clock(long now, long floor, long asOf, long covered, bool isClosed)
    {
        var cutOff = CutOff.Decide(new Window(At(100), At(200)), At(now), At(floor));

        Assert.Equal(new CutOff(At(asOf), At(covered), isClosed), cutOff);
    }

    [Theory]
    [InlineData(100, 0)]
    [InlineData(99, 0)]
    [InlineData(1, 50)]
    public void A_window_of_which_nothing_has_passed_has_none(long now, long floor) =>
        Assert.Null(CutOff.Decide(new Window(At(100), At(200)), At(now), At(floor)));

    private static Timestamp At(long microseconds) => Timestamp.FromMicroseconds(microseconds);
}
