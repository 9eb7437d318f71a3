using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

/// <summary>A visitor enters an access code (portal 3.2).</summary>
/// <param name="Code">As typed.</param>
public sealed record UnlockRecord(Visitor Visitor, string Handle, string? Code) : IRequest<Outcome<UnlockResult>>
{
    /// <summary>Never handle or code: this may reach a log.</summary>
    public override string ToString() => nameof(UnlockRecord);
}

/// <summary>What came of it: one of six.</summary>
public abstract record UnlockResult
{
    private UnlockResult()
    {
    }

    /// <summary>It matched. Both cookies get new values, whatever the browser held before.</summary>
    public sealed record Opened(string SessionCookie, string KnownBrowserCookie) : UnlockResult
    {
        /// <summary>Never the cookies: this may reach a log.</summary>
        public override string ToString() => nameof(Opened);
    }

    /// <summary>Nothing needed a code: the policy is OPEN, or this browser was let in before.</summary>
    public sealed record AlreadyOpen : UnlockResult;

    /// <summary>Not six characters of the alphabet; not counted.</summary>
    public sealed record Malformed : UnlockResult;

    /// <summary>It does not match, and was counted.</summary>
    public sealed record Wrong : UnlockResult;

    /// <summary>It was not looked at; the next try is in <paramref name="Seconds"/>.</summary>
    public sealed record MustWait(int Seconds) : UnlockResult;

    /// <summary>No code is looked at any more until failures age or the vendor makes another.</summary>
    public sealed record Exhausted(string VendorName) : UnlockResult;
}
