using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary>Numbers of a customer that were given and have no stored record.</summary>
/// <param name="FromSequence">From 1.</param>
/// <param name="ToSequence">Null for the latest.</param>
/// <param name="Limit">Rows of <c>gaps</c>.</param>
public sealed record FindGaps(
    Caller Caller, string CustomerId, string? VendorAccountId, long FromSequence, long? ToSequence, int Limit, string? Cursor)
    : IRequest<Outcome<GapsFound>>;

/// <summary>An answer speaks of the numbers from <see cref="FromSequence"/> to <see cref="ToSequence"/>: at most 100,000, and
/// <see cref="NextCursor"/> goes on behind them.</summary>
/// <param name="MissingCount">Numbers without a record among those that the answer speaks of, on this page or another.</param>
public sealed record GapsFound(
    string CustomerId, string? VendorAccountId, long FromSequence, long ToSequence, long LatestSequence, bool HasGaps, long MissingCount,
    IReadOnlyList<SequenceGap> Gaps, DateTimeOffset CheckedAt, int Limit, string? NextCursor);

public sealed record SequenceGap(long FromSequence, long ToSequence, long Count);
