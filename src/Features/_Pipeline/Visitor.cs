using System.Net;

namespace PacSpace.Features.Pipeline;

/// <summary>Somebody with a link: the first member of every request that a customer's page sends. There is no caller yet; what
/// may be seen follows from the link and from what the browser holds.</summary>
/// <param name="Host">The Host header as asked, with its port if it had one.</param>
/// <param name="SessionCookie">Of this host, or null; see <c>RecordCookies</c>.</param>
/// <param name="KnownBrowserCookie">Of this host, or null.</param>
/// <param name="Address">The connection's, or what a configured proxy said; shortened before it is kept.</param>
/// <param name="IsAutomatic">The page asked by itself (<c>X-Pacspace-Auto: 1</c>), so nobody is known to be there.</param>
public sealed record Visitor(string Host, string? SessionCookie, string? KnownBrowserCookie, IPAddress? Address, string? UserAgent, bool IsAutomatic)
{
    /// <summary>Never the cookies: this may reach a log.</summary>
    public override string ToString() => nameof(Visitor);
}
