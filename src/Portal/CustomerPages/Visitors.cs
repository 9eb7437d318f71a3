using PacSpace.Features.Pipeline;
using PacSpace.Features.SharedRecord;

namespace PacSpace.Portal;

/// <summary>Reads who asks from a request, and writes what the browser is to keep (portal 1.2).</summary>
internal static class Visitors
{
    /// <summary>Sent by what a page does by itself; such requests do not keep a session alive.</summary>
    public const string AutomaticHeader = "X-Pacspace-Auto";

    public static Visitor Of(HttpContext http) => new(
        http.Request.Host.Value ?? "",
        http.Request.Cookies[SessionName(http)],
        http.Request.Cookies[KnownBrowserName(http)],
        http.Connection.RemoteIpAddress,
        http.Request.Headers.UserAgent,
        http.Request.Headers[AutomaticHeader] == "1");

    public static void Keep(HttpContext http, UnlockResult.Opened opened)
    {
        http.Response.Cookies.Append(SessionName(http), opened.SessionCookie, Options(http, RecordCookies.SessionAge));
        http.Response.Cookies.Append(KnownBrowserName(http), opened.KnownBrowserCookie, Options(http, RecordCookies.KnownBrowserAge));
    }

    private static string SessionName(HttpContext http) => http.Request.IsHttps ? RecordCookies.Session : RecordCookies.SessionOnLoopback;

    private static string KnownBrowserName(HttpContext http) => http.Request.IsHttps ? RecordCookies.KnownBrowser : RecordCookies.KnownBrowserOnLoopback;

    private static CookieOptions Options(HttpContext http, TimeSpan age) =>
        new() { HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = age, IsEssential = true };
}
