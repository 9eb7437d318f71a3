namespace PacSpace.Features.Sharing;

/// <summary>How a customer shares (api-dashboard 7).</summary>
/// <param name="SharingState"><c>NOT_SHARED</c>, <c>ACTIVE</c>, <c>REVOKED</c> or <c>CODE_LOCKED</c>.</param>
/// <param name="CustomerLinkUrl">Of the active link, else null; the host likewise.</param>
/// <param name="Link">The newest link, revoked or not; null when there never was one.</param>
/// <param name="ActiveSessions">Browsers that the code let in and that may still look.</param>
public sealed record CustomerSharing(
    string CustomerId, string? VendorAccountId, string Policy, string EffectivePolicy, string SharingState, string? CustomerLinkUrl, string? CustomerLinkHost,
    string? DomainId, SharingLink? Link, SharingCode AccessCode, int ActiveSessions, DateTimeOffset? LastViewedAt);

public sealed record SharingLink(int Version, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt);

/// <param name="Required">False under OPEN.</param>
/// <param name="Ready">There is an active link and its code can be entered.</param>
/// <param name="Version">Null when there never was a link.</param>
/// <param name="FailureCount">Within the last 90 days, of this code.</param>
public sealed record SharingCode(
    bool Required, bool Ready, bool Locked, int? Version, DateTimeOffset? RotatedAt, int FailureCount, int FailureBudget);

/// <summary>What a tenant set for all its customers.</summary>
public sealed record SharingSettingsShown(string DefaultPolicy, bool AutoCreateLinks);
