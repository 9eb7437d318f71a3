using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

internal static class SharingRefusals
{
    public static Refusal LinkIsActive() => new(RefusalCode.Conflict, "The customer has an active link; ask for a reissue to end it and make another");

    public static Refusal NotYourDomain() => Refusal.Validation("domainId", "names no branded host of this vendor");

    public static Refusal NoDomain() => Refusal.NotFound("No branded host has this id");

    public static Refusal HostTaken() => new(RefusalCode.Conflict, "This host name is taken");

    /// <summary>What stands against an operation on the active link; null when there is one.</summary>
    public static Refusal? OfLink(StoredLink? link) => link switch
    {
        null => Refusal.NotFound("The customer has no link"),
        { IsActive: false } => new Refusal(RefusalCode.LinkRevoked, "The customer's link was revoked"),
        _ => null,
    };
}
