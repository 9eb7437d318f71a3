using System.Globalization;

namespace PacSpace.Infrastructure.Sharing;

/// <summary>What needs the access code (portal 1.2): nothing, what lies behind the outer summary, or everything.</summary>
public static class SharingPolicies
{
    public const string Inherit = "INHERIT";
    public const string Open = "OPEN";
    public const string TwoTier = "TWO_TIER";
    public const string Gated = "GATED";

    /// <summary>A tenant's default.</summary>
    public static IReadOnlyList<string> Defaults { get; } = [Open, TwoTier, Gated];

    /// <summary>A customer's own.</summary>
    public static IReadOnlyList<string> All { get; } = [Inherit, .. Defaults];

    public static string Effective(string own, string tenantDefault) => own == Inherit ? tenantDefault : own;
}

/// <summary>How a customer shares: the policy, the host, and the versions that both move.</summary>
/// <param name="DomainId">Null for the default host.</param>
/// <param name="Version">Moves with the customer's effective policy and host.</param>
/// <param name="TenantVersion">Moves with the tenant's default policy.</param>
public sealed record SharingRule(string Policy, string? DomainId, int Version, string TenantDefault, int TenantVersion)
{
    public string EffectivePolicy => SharingPolicies.Effective(Policy, TenantDefault);

    /// <summary>What a session was opened under. A session of another mark is over; since versions never come back, it stays
    /// over when a change is taken back.</summary>
    public string Mark => Policy == SharingPolicies.Inherit
        ? string.Create(CultureInfo.InvariantCulture, $"{Version}.{TenantVersion}")
        : Version.ToString(CultureInfo.InvariantCulture);

    /// <summary>Another policy and host. The version moves only if customers would notice: naming the inherited policy ends no
    /// session.</summary>
    public SharingRule Change(string policy, string? domainId)
    {
        var changed = this with { Policy = policy, DomainId = domainId };
        return changed.EffectivePolicy == EffectivePolicy && domainId == DomainId ? changed : changed with { Version = Version + 1 };
    }
}
