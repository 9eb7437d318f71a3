namespace PacSpace.Portal;

/// <summary>htmx's words on the wire: the few of them that pages use.</summary>
internal static class Htmx
{
    /// <summary>What the library is told in every page (portal 1.3): no evaluation, no styles of its own, own origin only, nothing of a
    /// page kept in the browser; what is swapped in settles at once, so that nothing moves under a pointer; refusals are shown where the answer would have stood.</summary>
    public const string Configuration =
        """
        {"allowEval":false,"includeIndicatorStyles":false,"selfRequestsOnly":true,"historyEnabled":true,"historyCacheSize":0,"refreshOnHistoryMiss":true,"historyRestoreAsHxRequest":false,"scrollBehavior":"auto","defaultSettleDelay":0,"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"400|403|404|409|422|429","swap":true,"error":false},{"code":"...","swap":false,"error":true}]}
        """;

    /// <summary>True when a fragment is asked for and not the page.</summary>
    public static bool Wants(HttpRequest request) => request.Headers["HX-Request"] == "true" && request.Headers["HX-History-Restore-Request"] != "true";

    /// <summary>The address that goes with what is swapped in.</summary>
    public static void PushUrl(HttpResponse response, string path) => response.Headers["HX-Push-Url"] = path;

    /// <summary>Swaps another part than the one that was asked for.</summary>
    public static void Retarget(HttpResponse response, string selector) => response.Headers["HX-Retarget"] = selector;

    /// <summary>Sends the browser elsewhere instead of swapping.</summary>
    public static void Redirect(HttpResponse response, string path) => response.Headers["HX-Redirect"] = path;
}
