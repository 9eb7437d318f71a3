using PacSpace.Features.Balance;
using Xunit;

namespace PacSpace.Features.Tests.Balance;

public sealed class DerivePageTests
{
    //          first last failed        after  offset limit  from to
    [Theory]
    [InlineData(1, 10, new long[0], null, 0, 3, 1L, 3L)]
    [InlineData(1, 10, new long[0], null, 4, 3, 5L, 7L)]
    [InlineData(1, 10, new long[0], null, 9, 3, 10L, 10L)]
    [InlineData(1, 10, new long[0], null, 10, 3, null, null)]
    [InlineData(40, 50, new long[0], 44L, 0, 3, 45L, 47L)]
    [InlineData(40, 50, new long[0], 50L, 0, 3, null, null)]
    [InlineData(1, 10, new long[] { 2, 3 }, null, 1, 2, 4L, 7L)]
    [InlineData(1, 10, new long[] { 9 }, null, 2, 2, 3L, 5L)]
    public void A_page_counts_verified_records_and_passes_over_failed_ones(
        long first, long last, long[] failed, long? after, long offset, int limit, long? from, long? to)
    {
        var page = DeriveBalanceHandler.Page(new ReplayTotals(last - first + 1 - failed.Length, 0, first, last, 0, failed), after, offset, limit);
        Assert.Equal((from, to), (page?.FirstSeq, page?.LastSeq));
    }
}
