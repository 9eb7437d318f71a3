namespace PacSpace.Infrastructure.Sharing;

/// <summary>What a code opened: one link in one browser, as stored.</summary>
public sealed record RecordSession(int CodeVersion, string Mark, string Host, DateTimeOffset LastSeenAt, DateTimeOffset EndsAt);

/// <summary>When a session holds (portal 1.2). Asked at every request, so nothing has to be ended anywhere.</summary>
public static class RecordSessionRule
{
    public static readonly TimeSpan Idle = TimeSpan.FromHours(12);

    public static readonly TimeSpan InAll = TimeSpan.FromDays(7);

    /// <summary>Last-seen is exact to this.</summary>
    public static readonly TimeSpan SeenAtMostEvery = TimeSpan.FromMinutes(1);

    /// <param name="host">The one asked.</param>
    public static bool Holds(RecordSession session, StoredLink link, SharingRule rule, string host, DateTimeOffset now) =>
        link.IsActive && session.CodeVersion == link.CodeVersion && session.Mark == rule.Mark && session.Host == host && now < session.EndsAt;

    public static DateTimeOffset EndsAt(DateTimeOffset createdAt, DateTimeOffset seenAt)
    {
        var (idle, inAll) = (seenAt + Idle, createdAt + InAll);
        return idle < inAll ? idle : inAll;
    }
}
