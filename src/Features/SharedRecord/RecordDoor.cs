using Microsoft.AspNetCore.Http;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.SharedRecord;

/// <summary>Where every visit begins: from handle, host and cookie to what may be seen.</summary>
internal sealed class RecordDoor(SharedRecords records, PublicAddress address, TimeProvider clock)
{
    /// <summary>Unknown, revoked and asked on a foreign host are one and the same answer: nothing can be told from it.</summary>
    public static Refusal NotAvailable { get; } = Refusal.NotFound("This link is not available");

    /// <summary>For the JSON form alone, which tells a revoked link from one that never was (portal 7, 10).</summary>
    public static Refusal Revoked { get; } = new(RefusalCode.LinkRevoked, "This link was revoked");

    /// <param name="tellsRevoked">Whether the one who asks may be told that there was a link.</param>
    public async Task<Outcome<OpenDoor>> OpenAsync(Visitor visitor, string handle, bool tellsRevoked, CancellationToken ct)
    {
        var (now, host) = (clock.GetUtcNow(), visitor.Host.ToLowerInvariant());
        var browser = BrowserTokens.HashOf(visitor.SessionCookie);

        // A handle in another spelling is looked for as it stands and not found: its page redirects before asking.
        var reached = await records.FindAsync(handle, new HostString(host).Host, browser, ct);
        if (reached is null || !reached.AnswersOn(address.IsDefaultHost(visitor.Host))) return NotAvailable;
        if (reached.IsRevoked) return tellsRevoked ? Revoked : NotAvailable;

        var hasSession = reached.Session is { } session && RecordSessionRule.Holds(session, reached.Link, reached.Rule, host, now);
        if (hasSession && !visitor.IsAutomatic && now - reached.Session!.LastSeenAt >= RecordSessionRule.SeenAtMostEvery)
            await records.TouchAsync(reached.Link.LinkNo, browser, now, ct);
        return new OpenDoor(reached, host, browser, hasSession, TierOf(reached.Rule.EffectivePolicy, hasSession));
    }

    public static RecordTier TierOf(string effectivePolicy, bool hasSession) => (effectivePolicy, hasSession) switch
    {
        (SharingPolicies.Open, _) or (_, true) => RecordTier.Inner,
        (SharingPolicies.TwoTier, _) => RecordTier.Outer,
        _ => RecordTier.None,
    };

    public static string? NameOf(RecordTier tier) => tier switch
    {
        RecordTier.Inner => "inner",
        RecordTier.Outer => "outer",
        _ => null,
    };
}

/// <summary>A link that answers to this visitor.</summary>
/// <param name="Host">As asked, lower case.</param>
/// <param name="Browser">Hash of the session cookie.</param>
internal sealed record OpenDoor(ReachedLink Reached, string Host, byte[] Browser, bool HasSession, RecordTier Tier)
{
    public string Policy => Reached.Rule.EffectivePolicy;

    /// <summary>Nothing is left to be opened by a code.</summary>
    public bool IsOpen => Tier == RecordTier.Inner;

    public RecordVisit VisitOf(Visitor visitor) => new(
        Reached.Link.LedgerNo, Reached.Link.CustomerNo, Reached.Link.LinkNo, Host, RecordDoor.NameOf(Tier), ClientAddress.Shortened(visitor.Address), visitor.UserAgent);

    public override string ToString() => nameof(OpenDoor);
}
