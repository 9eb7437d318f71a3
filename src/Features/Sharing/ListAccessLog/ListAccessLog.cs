using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>Who came to a customer's links, newest first (api-dashboard 7).</summary>
/// <param name="Kind">viewed, unlocked, step_up_failed, exported or compared; null for all.</param>
public sealed record ListAccessLog(Caller Caller, string CustomerId, string? VendorAccountId, string? Kind, int Limit, string? Cursor)
    : IRequest<Outcome<AccessLogListed>>
{
    public const int DefaultLimit = 50;
}

public sealed record AccessLogListed(IReadOnlyList<AccessLogEntry> Entries, int Limit, string? NextCursor);

/// <param name="ClientAddress">Shortened, /24 or /48.</param>
public sealed record AccessLogEntry(
    string Id, DateTimeOffset At, string Kind, string Host, string? Tier, string? Format, string? Period, string? ClientAddress, string? UserAgent);
