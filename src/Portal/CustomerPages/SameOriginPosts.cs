namespace PacSpace.Portal;

/// <summary>Which posts are believed to come from a page of ours (portal 1.2). There is no token in the form, so that a page
/// may be kept open for days and works without a cookie.</summary>
internal static class SameOriginPosts
{
    /// <remarks>Browsers send <c>Origin: null</c> from pages without a referrer; <c>Sec-Fetch-Site</c> is what decides then.</remarks>
    public static bool Allows(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"];
        if (site.Count > 0) return site is ["same-origin" or "none"];
        var origin = request.Headers.Origin;
        return origin.Count == 0 || (origin is [{ } one] && one == $"{request.Scheme}://{request.Host.Value}");
    }
}
