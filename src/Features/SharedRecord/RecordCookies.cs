namespace PacSpace.Features.SharedRecord;

/// <summary>The two cookies of customers' pages (portal 1.2). Both are Secure, HttpOnly, SameSite=Lax with Path=/ and name one
/// browser on one host; plain http is for loopback, where the names lose their prefix and the cookies Secure.</summary>
public static class RecordCookies
{
    public const string Session = "__Host-pacspace-record";
    public const string SessionOnLoopback = "pacspace-record";

    /// <summary>Lets a browser that was let in before try again while strangers guess; it opens nothing.</summary>
    public const string KnownBrowser = "__Host-pacspace-known";
    public const string KnownBrowserOnLoopback = "pacspace-known";

    /// <summary>What a session may last at most; it may end sooner.</summary>
    public static readonly TimeSpan SessionAge = TimeSpan.FromDays(7);

    public static readonly TimeSpan KnownBrowserAge = TimeSpan.FromDays(90);
}
