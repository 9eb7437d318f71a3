using PacSpace.Features.Endpoints;

namespace PacSpace.Features.Account;

/// <summary>How long a node may still believe in a key that was ended.</summary>
internal static class KeyBelief
{
    public static int Seconds => (int)ApiKeys.BelievedFor.TotalSeconds;
}
