namespace PacSpace.Portal;

/// <summary>Who may show a page in a frame: nobody, unless the page says so (portal 4.1).</summary>
internal static class Framing
{
    private static readonly object s_key = new();

    /// <param name="origin">One, as browsers write it.</param>
    public static void Allow(HttpContext http, string origin) => http.Items[s_key] = origin;

    /// <summary>The value of <c>frame-ancestors</c>.</summary>
    public static string AncestorsOf(HttpContext http) => http.Response.StatusCode == StatusCodes.Status200OK && http.Items[s_key] is string origin ? origin : "'none'";
}
